// The rows of the ops that read and write at indices. Each writes into a copy, or makes one.
#include "op_table.hpp"

using namespace xgrad;
using namespace xgrad::indexing;
using Out = std::vector<Tensor>;

std::vector<OpRow> indexing_rows() {
  const Tensor x = normal({3, 4, 2});
  const Tensor i = tensor({2, 0, 2}), j = tensor({{1}, {-1}}), few = tensor({1, 0});
  const Tensor mask =
      tensor({{true, false, true, true}, {false, false, true, false}, {true, true, false, false}});
  const Tensor constant = x.detach()[0];
  const Tensor rows = tensor({true, false, true}), picks = tensor({{0, 2, 1}, {2, 2, 0}});
  return {
      {"index",
       [=](List in) {
         return Out{index(in[0], {i}), index(in[0], {nullopt, j, nullopt}), index(in[0], {mask}),
                    index(in[0], {i, nullopt, few.select(0, 0)})};
       },
       {x}},
      {"index",
       [=](List in) {
         return Out{in[0].index({Slice(1, None), None, "...", 1}), in[0].index({Ellipsis, few, 0}),
                    in[0].index({j, Slice(None, None, 2), few}), in[0].index({true, 0}), in[0][i][1]};
       },
       {x}},
      {"index_put",
       [=](List in) {
         return Out{index_put(in[0], {few}, in[1]), index_put(in[0], {i}, in[1], true),
                    index_put(in[0], {nullopt, j, few}, in[1].select(0, 0).select(0, 0)),
                    index_put(in[0], {mask}, in[1][0])};
       },
       {x, normal({4, 2})}},
      {"index_put_",
       [=](List in) {
         const Tensor y = in[0].clone(), z = in[0] * 1;
         y.index_put_({Slice(0, 2), 1}, in[1]).index_put_({mask}, 2).index_put_({Ellipsis, few}, constant);
         z.index_put_({1, few}, in[1]);
         z[0][1] = in[1] * 2;
         z[2][0][1] = 3;
         return Out{y, z};
       },
       {x, normal({2})}},
      {"masked_select",
       [=](List in) {
         return Out{masked_select(in[0], mask.unsqueeze(-1)), masked_select(in[1], mask)};
       },
       {x, normal({4})}},
      {"masked_fill",
       [=](List in) {
         return Out{masked_fill(in[0], rows, 3), masked_fill(in[0], rows, in[1])};
       },
       {normal({2, 3}), normal({})}},
      {"masked_scatter",
       [=](List in) { return Out{masked_scatter(in[0], rows, in[1])}; },
       {normal({2, 3}), normal({7})}},
      {"take",
       [=](List in) {
         return Out{take(in[0], picks), take(in[0], tensor({-1, 0, 0}))};
       },
       {x}},
      {"take_along_dim",
       [=](List in) {
         return Out{take_along_dim(in[0], tensor({{0}, {3}, {1}}), 1), take_along_dim(in[0], picks)};
       },
       {normal({3, 4})}},
      {"scatter",
       [=](List in) {
         return Out{scatter(in[0], 0, tensor({{0, 2, 1}, {2, 1, 0}}), in[1]), scatter(in[0], 1, picks, 1.5)};
       },
       {normal({3, 3}), normal({2, 4})}},
      {"index_copy",
       [=](List in) { return Out{index_copy(in[0], 1, few, in[1])}; },
       {normal({3, 4}), normal({3, 2})}},
      {"index_fill",
       [=](List in) {
         return Out{index_fill(in[0], 1, i, in[1]), index_fill(in[0], -2, tensor({-1, 0}), 2)};
       },
       {normal({3, 4}), normal({})}},
      {"index_add",
       [=](List in) { return Out{index_add(in[0], 1, i, in[1], -2)}; },
       {normal({2, 3}), normal({2, 3})}},
  };
}
