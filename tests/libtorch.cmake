# The target `libtorch`, if Debian's libtorch-dev (or any libtorch on CMAKE_PREFIX_PATH) is installed. Its own package
# file drags in protobuf, gflags and glog; headers and three libraries are all a program needs.
find_path(LIBTORCH_INCLUDE_DIR torch/script.h)
find_path(LIBTORCH_API_INCLUDE_DIR torch/torch.h PATH_SUFFIXES torch/csrc/api/include)
find_library(LIBTORCH_CPU_LIBRARY torch_cpu)
find_library(LIBTORCH_C10_LIBRARY c10)
if(LIBTORCH_API_INCLUDE_DIR AND LIBTORCH_CPU_LIBRARY AND LIBTORCH_C10_LIBRARY AND NOT TARGET libtorch)
  add_library(libtorch INTERFACE)
  target_include_directories(libtorch SYSTEM INTERFACE ${LIBTORCH_INCLUDE_DIR} ${LIBTORCH_API_INCLUDE_DIR})
  target_link_libraries(libtorch INTERFACE ${LIBTORCH_CPU_LIBRARY} ${LIBTORCH_C10_LIBRARY})
endif()
