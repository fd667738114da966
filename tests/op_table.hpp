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

using List = const std::vector<xgrad::Tensor>&;

// Inputs that require grad: any numbers, those from 0.5 to 1.5, and distinct ones with gaps that a finite
// difference does not cross, none near a half-integer times 0.3.
xgrad::Tensor normal(xgrad::IntArrayRef sizes);
xgrad::Tensor positive(xgrad::IntArrayRef sizes);
xgrad::Tensor spread(xgrad::IntArrayRef sizes);

// The families of op_table_more.cpp.
std::vector<OpRow> math_rows();
std::vector<OpRow> activation_rows();
std::vector<OpRow> statistics_rows();
std::vector<OpRow> rearranging_rows();
std::vector<OpRow> linear_algebra_rows();
std::vector<OpRow> loss_rows();

/// The family of op_table_indexing.cpp.
std::vector<OpRow> indexing_rows();
