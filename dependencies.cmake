# The libraries that xgrad builds with, and the versions of them that it knows. A version that it does not know ends
# configuring in one line, rather than compiling in a hundred.
option(XGRAD_ANY_VERSION "Try versions of libraries that xgrad does not know" OFF)

# xgrad_knows(NAME VERSION OLDEST NEWEST): NEWEST 13 takes in 13.2.
function(xgrad_knows name version oldest newest)
  string(REGEX MATCHALL "[.]" dots ${newest})
  list(LENGTH dots depth)
  string(REGEX MATCH "^[0-9]+([.][0-9]+){0,${depth}}" series ${version})
  if(NOT XGRAD_ANY_VERSION AND (version VERSION_LESS oldest OR series VERSION_GREATER newest))
    message(FATAL_ERROR "xgrad knows ${name} ${oldest} to ${newest}, and this is ${version}: install one of those, or try it with -DXGRAD_ANY_VERSION=ON")
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
xgrad_knows(xsimd ${XGRAD_XSIMD_VERSION} 8.1 13)

include(CheckCXXCompilerFlag)
include(CheckCXXSourceCompiles)
include(CheckCXXSymbolExists)
check_cxx_symbol_exists(__x86_64__ cstddef XGRAD_X86_64)
set(CMAKE_REQUIRED_INCLUDES ${XGRAD_XSIMD_INCLUDE_DIR})
check_cxx_source_compiles("#include <xsimd/xsimd.hpp>
  int main() { return xsimd::batch<float>::size == 0; }" XGRAD_HAVE_VECTORS)
unset(CMAKE_REQUIRED_INCLUDES)
if(NOT XGRAD_HAVE_VECTORS)
  unset(XGRAD_HAVE_VECTORS CACHE)  # other flags may have them
  message(FATAL_ERROR " xsimd has no vectors for the processor that ${CMAKE_CXX_COMPILER} builds for; on 32-bit x86 configure with -DCMAKE_CXX_FLAGS='-msse2 -mfpmath=sse'")
endif()

# What is not found is left out as if it were OFF.
option(XGRAD_OPENMP "Share large work among threads, where the compiler has OpenMP" ON)
option(XGRAD_ZLIB "Read gzip files, where zlib is installed" ON)
option(XGRAD_LIBBACKTRACE "Name files and lines in backtraces, where GCC's libbacktrace is installed" ON)
foreach(part OpenMP ZLIB)
  string(TOUPPER XGRAD_${part} PART)
  if(${PART})
    find_package(${part})
    set(${PART} "${${part}_FOUND}")
  endif()
endforeach()

# For core/xtensor.hpp, where it is installed.
find_package(xtensor QUIET)
if(xtensor_FOUND)
  xgrad_knows(xtensor ${xtensor_VERSION} 0.24 0.27)
endif()

if(XGRAD_BUILD_TESTS)
  find_package(Catch2 REQUIRED CONFIG)
  xgrad_knows(Catch2 ${Catch2_VERSION} 2 3)
endif()
