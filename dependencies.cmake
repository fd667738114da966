# The libraries that xgrad builds with, and the versions of them that it knows. A version that it does not know ends
# configuring in one line, rather than compiling in a hundred.
option(XGRAD_ANY_VERSION "Try versions of libraries that xgrad does not know" OFF)

# xgrad_knows(NAME VERSION OLDEST NEWEST KIND): NEWEST 13 takes in 13.2. KIND of message for another version: FATAL_ERROR,
# or STATUS for a library that is then left out.
function(xgrad_knows name version oldest newest kind)
  string(REGEX REPLACE "[0-9]+" "[0-9]+" series ${newest})
  string(REPLACE "+." "+[.]" series ${series})
  string(REGEX MATCH "^${series}" series ${version})
  set(XGRAD_KNOWN ON PARENT_SCOPE)
  if(NOT XGRAD_ANY_VERSION AND (version VERSION_LESS oldest OR series VERSION_GREATER newest))
    set(XGRAD_KNOWN OFF PARENT_SCOPE)
    message(${kind} "xgrad knows ${name} ${oldest} to ${newest}, and this is ${version}: install one of those, or try it with -DXGRAD_ANY_VERSION=ON")
  endif()
endfunction()

# xgrad_header_version(RESULT HEADER PREFIX): from the macros PREFIX_MAJOR and so on of a header.
function(xgrad_header_version result header prefix)
  file(STRINGS ${header} lines REGEX "#define ${prefix}_(MAJOR|MINOR|PATCH) ")
  string(REGEX MATCHALL " [0-9]+" numbers "${lines}")
  string(REPLACE ";" "." version "${numbers}")
  string(REPLACE " " "" version "${version}")
  set(${result} ${version} PARENT_SCOPE)
endfunction()

find_package(Threads REQUIRED)
find_path(XGRAD_JSON_INCLUDE_DIR nlohmann/json.hpp REQUIRED)
find_path(XGRAD_XSIMD_INCLUDE_DIR xsimd/xsimd.hpp REQUIRED)
xgrad_header_version(XGRAD_XSIMD_VERSION ${XGRAD_XSIMD_INCLUDE_DIR}/xsimd/config/xsimd_config.hpp XSIMD_VERSION)
xgrad_knows(xsimd ${XGRAD_XSIMD_VERSION} 8.1 13 FATAL_ERROR)

include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
include(CheckCXXSymbolExists)
check_cxx_symbol_exists(__x86_64__ cstddef XGRAD_X86_64)
set(CMAKE_REQUIRED_INCLUDES ${XGRAD_XSIMD_INCLUDE_DIR})
check_cxx_source_compiles("#include <xsimd/xsimd.hpp>
  int main() { return xsimd::batch<float>::size == xsimd::batch<double>::size; }" XGRAD_HAVE_VECTORS)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT XGRAD_HAVE_VECTORS)
  unset(XGRAD_HAVE_VECTORS CACHE)  # other flags may have them
  message(FATAL_ERROR " xsimd has no vectors for the processor that ${CMAKE_CXX_COMPILER} builds for; on 32-bit x86 configure with -DCMAKE_CXX_FLAGS='-msse2 -mfpmath=sse'")
endif()

# What is not found is left out as if it were OFF.
option(XGRAD_OPENMP "Share large work among threads, where the compiler has OpenMP" ON)
option(XGRAD_ZLIB "Read gzip files, where zlib is installed" ON)
option(XGRAD_LIBBACKTRACE "Name files and lines in backtraces, where GCC's libbacktrace is installed" ON)
if(XGRAD_OPENMP)
  find_package(OpenMP COMPONENTS CXX)
  set(XGRAD_OPENMP "${OpenMP_CXX_FOUND}")
endif()
if(XGRAD_ZLIB)
  find_package(ZLIB)
  set(XGRAD_ZLIB "${ZLIB_FOUND}")
endif()

# For core/xtensor.hpp, where it is installed.
find_package(xtensor QUIET)
if(xtensor_FOUND)
  xgrad_knows(xtensor ${xtensor_VERSION} 0.24 0.27 STATUS)
  set(xtensor_FOUND ${XGRAD_KNOWN})
endif()

if(XGRAD_BUILD_TESTS)
  find_package(Catch2 REQUIRED CONFIG)
  xgrad_knows(Catch2 ${Catch2_VERSION} 2 3 FATAL_ERROR)
endif()
