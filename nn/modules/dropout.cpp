#include <xgrad/nn/modules/dropout.hpp>

namespace xgrad::nn {

template class Cloneable<DropoutImpl>;

}  // namespace xgrad::nn
