// Every differentiable op with inputs to try it on. test_op_table.cpp checks each row; an op of
// autograd/ops.hpp without a row fails there.
#pragma once

#include <string>
#include <vector>

#include <xgrad/xgrad.hpp>

struct OpRow {
  std::string name;  // as in autograd/ops.hpp
  xgrad::autograd::TensorFunction f;
  std::vector<xgrad::Tensor> inputs;  // kDouble where differentiable
  bool smooth = true;                 // has second derivatives by differences at these inputs
};

std::vector<OpRow> op_table();
/// Its part in op_table_indexing.cpp.
std::vector<OpRow> indexing_rows();
