#include <xgrad/nn/optim/lbfgs.hpp>

#include <algorithm>
#include <cmath>

#include <xgrad/autograd/grad_mode.hpp>
#include <xgrad/autograd/ops.hpp>
#include <xgrad/core/factories.hpp>

namespace xgrad::optim {
namespace {

double dot_product(const Tensor& a, const Tensor& b) { return a.dot(b).item<double>(); }
double largest(const Tensor& x) { return x.abs().max().item<double>(); }

// The history has at most this many entries in a file.
constexpr int64_t most_saved = 1 << 20;

void visit_list(FieldVisitor& visitor, const std::string& name, std::vector<Tensor>& list, Extent extent) {
  auto count = static_cast<int64_t>(list.size());
  visitor.number((name + ".size").c_str(), count);
  check(count >= 0 && count <= most_saved, "load: LBFGS: '", name, ".size' is ", count,
        ": the file is damaged");
  list.resize(static_cast<size_t>(count));
  for (size_t i = 0; i < list.size(); ++i) {
    visitor.tensor(name + '.' + std::to_string(i), list[i], extent);
    if (!list[i].defined()) fail("load: LBFGS: '", name, '.', i, "' is missing: the file is damaged");
  }
}

}  // namespace

void LBFGSOptions::validate() const {
  detail::check_rate(lr(), "learning rate");
  check(history_size() > 0, "Invalid history_size: ", history_size(), ". It must be 1 or more");
  check(!line_search_fn() || *line_search_fn() == "strong_wolfe", "only 'strong_wolfe' is supported as ",
        "line_search_fn, got '", line_search_fn().value_or(""), "'. Leave it out for steps of lr");
}

void LBFGSOptions::visit(FieldVisitor& visitor) {
  visitor.number("lr", lr());
  visitor.number("max_iter", max_iter());
  int64_t evaluations = max_eval().value_or(-1);
  visitor.number("max_eval", evaluations);
  max_eval(evaluations >= 0 ? std::optional<int64_t>(evaluations) : std::nullopt);
  visitor.number("tolerance_grad", tolerance_grad());
  visitor.number("tolerance_change", tolerance_change());
  visitor.number("history_size", history_size());
  bool search = line_search_fn().has_value();
  visitor.flag("strong_wolfe", search);
  line_search_fn(search ? std::optional<std::string>("strong_wolfe") : std::nullopt);
}

void LBFGSParamState::visit(FieldVisitor& visitor) {
  visitor.number("func_evals", func_evals());
  visitor.number("n_iter", n_iter());
  visitor.number("t", t());
  visitor.number("prev_loss", prev_loss());
  visitor.tensor("d", d(), Extent::all);
  visitor.tensor("H_diag", H_diag(), Extent::one);
  visitor.tensor("prev_flat_grad", prev_flat_grad(), Extent::all);
  visit_list(visitor, "old_dirs", old_dirs(), Extent::all);
  visit_list(visitor, "old_stps", old_stps(), Extent::all);
  visit_list(visitor, "ro", ro(), Extent::one);
  check(old_dirs().size() == old_stps().size() && old_dirs().size() == ro().size(),
        "load: LBFGS: the lists of the history have different lengths: the file is damaged");
}

std::unique_ptr<OptimizerParamState> LBFGS::make_state() const { return std::make_unique<LBFGSParamState>(); }

LBFGS::LBFGS(std::vector<OptimizerParamGroup> groups, LBFGSOptions defaults)
    : Optimizer(std::move(groups), defaults.clone()) {
  check(param_groups().size() == 1, "LBFGS doesn't support per-parameter options (parameter groups): it got ",
        param_groups().size(), " groups. Give all parameters in one");
}
LBFGS::LBFGS(std::vector<Tensor> params, LBFGSOptions defaults)
    : LBFGS(std::vector<OptimizerParamGroup>{std::move(params)}, std::move(defaults)) {}

Tensor LBFGS::flat_grad() const {
  std::vector<Tensor> rows;
  for (const Tensor& p : parameters())
    rows.push_back(p.grad().defined() ? p.grad().detach().reshape({-1}) : zeros({p.numel()}, p.dtype()));
  return cat(rows);
}

void LBFGS::move(double scale, const Tensor& direction) {
  int64_t at = 0;
  for (const Tensor& p : parameters()) {
    p.add_(direction.slice(0, at, at + p.numel()).view_as(p), scale);
    at += p.numel();
  }
}

// Minus the inverse second derivative times the gradient: the two loops of L-BFGS over the history, to which
// the latest change is added first.
Tensor LBFGS::direction(LBFGSParamState& state, const LBFGSOptions& options, const Tensor& grad) const {
  if (state.n_iter() == 1) {
    state.old_dirs().clear();
    state.old_stps().clear();
    state.ro().clear();
    state.H_diag(ones({1}, grad.dtype()));
    return grad.neg();
  }
  auto &changes = state.old_dirs(), &steps = state.old_stps(), &inverses = state.ro();
  const Tensor y = grad - state.prev_flat_grad(), s = state.d() * state.t();
  const Tensor ys = y.dot(s).view({1});
  if (ys.item<double>() > 1e-10) {  // else the loss is not convex here, and the change would mislead
    if (static_cast<int64_t>(changes.size()) >= options.history_size())
      for (auto* list : {&changes, &steps, &inverses}) list->erase(list->begin());
    changes.push_back(y);
    steps.push_back(s);
    inverses.push_back(ys.reciprocal());
    state.H_diag(ys / y.dot(y));
  }
  Tensor q = grad.neg();
  std::vector<Tensor> shares(changes.size());
  for (size_t i = changes.size(); i-- > 0;) {
    shares[i] = steps[i].dot(q) * inverses[i];
    q = q - changes[i] * shares[i];
  }
  q = q * state.H_diag();
  for (size_t i = 0; i < changes.size(); ++i)
    q = q + steps[i] * (shares[i] - changes[i].dot(q) * inverses[i]);
  return q;
}

// The loss at distance t along a direction.
struct LBFGS::Point {
  double t, loss;
  Tensor grad;
  double slope;
};

// The loss along a line from the parameters' place, which they return to after every look.
class LBFGS::Line {
 public:
  Line(LBFGS& optimizer, const LossClosure& closure, Tensor direction)
      : optimizer_(optimizer), closure_(closure), direction_(std::move(direction)) {
    for (const Tensor& p : optimizer_.parameters()) start_.push_back(p.detach().clone());
  }

  Point at(double t) {
    optimizer_.move(t, direction_);
    const double loss = optimizer_.run(closure_).item<double>();
    const Tensor grad = optimizer_.flat_grad();
    for (size_t i = 0; i < start_.size(); ++i) optimizer_.parameters()[i].copy_(start_[i]);
    ++looks;
    return {t, loss, grad, dot_product(grad, direction_)};
  }

  // A point that lowers the loss enough and where it is flat enough, the strong Wolfe conditions: first grow
  // t until such points are between two others, then narrow that bracket.
  Point search(const Point& start, double t, double tolerance);

  int64_t looks = 0;

 private:
  LBFGS& optimizer_;
  const LossClosure& closure_;
  Tensor direction_;
  std::vector<Tensor> start_;
};

namespace {

// The lowest place of the cubic through two points with their slopes, kept between low and high.
template <class Point>
double cubic_minimum(const Point& a, const Point& b, double low, double high) {
  const double d1 = a.slope + b.slope - 3 * (a.loss - b.loss) / (a.t - b.t);
  const double square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const Point &left = a.t <= b.t ? a : b, &right = a.t <= b.t ? b : a;
  const double d2 = std::sqrt(square);
  const double t =
      right.t - (right.t - left.t) * ((right.slope + d2 - d1) / (right.slope - left.slope + 2 * d2));
  return std::min(std::max(t, low), high);
}

}  // namespace

LBFGS::Point LBFGS::Line::search(const Point& start, double t, double tolerance) {
  constexpr double enough = 1e-4, flat = 0.9;
  constexpr int most_looks = 25;
  const auto too_high = [&](const Point& p) { return p.loss > start.loss + enough * p.t * start.slope; };
  const auto is_flat = [&](const Point& p) { return std::abs(p.slope) <= -flat * start.slope; };

  Point before = start, now = at(t);
  int look = 0;
  for (; look < most_looks; ++look) {
    if (too_high(now) || (look > 1 && now.loss >= before.loss)) break;
    if (is_flat(now)) return now;
    if (now.slope >= 0) break;
    const double next = cubic_minimum(before, now, now.t + 0.01 * (now.t - before.t), now.t * 10);
    before = std::exchange(now, at(next));
  }
  if (look == most_looks) before = start;
  Point low = before.loss <= now.loss ? before : now, high = before.loss <= now.loss ? now : before;

  const double longest = largest(direction_);
  bool stalled = false;
  for (; look < most_looks && std::abs(high.t - low.t) * longest >= tolerance; ++look) {
    const double left = std::min(low.t, high.t), right = std::max(low.t, high.t);
    double next = cubic_minimum(low, high, left, right);
    // Twice in a row close to an end, or on it: go a tenth of the way in.
    const double margin = 0.1 * (right - left);
    if (std::min(right - next, next - left) < margin) {
      if (stalled || next >= right || next <= left) {
        next = std::abs(next - right) < std::abs(next - left) ? right - margin : left + margin;
        stalled = false;
      } else {
        stalled = true;
      }
    } else {
      stalled = false;
    }
    now = at(next);
    if (too_high(now) || now.loss >= low.loss) {
      high = now;
      if (high.loss < low.loss) std::swap(low, high);
      continue;
    }
    if (is_flat(now)) return now;
    if (now.slope * (high.t - low.t) >= 0) high = low;
    low = now;
  }
  return low;
}

Tensor LBFGS::step(LossClosure closure) {
  check(closure != nullptr,
        "LBFGS requires a closure function: step([&] { optimizer.zero_grad(); auto loss = …; "
        "loss.backward(); return "
        "loss; })");
  NoGradGuard no_grad;
  auto& options = dynamic_cast<LBFGSOptions&>(param_groups().front().options());
  auto& state = state_of<LBFGSParamState>(parameters().front());
  const int64_t most_looks = options.max_eval().value_or(options.max_iter() * 5 / 4);

  const Tensor first_loss = run(closure);
  double loss = first_loss.item<double>();
  Tensor grad = flat_grad();
  int64_t looks = 1;
  ++state.func_evals();
  if (largest(grad) <= options.tolerance_grad()) return first_loss;

  for (int64_t iteration = 1; iteration <= options.max_iter(); ++iteration) {
    ++state.n_iter();
    state.d(direction(state, options, grad));
    state.prev_flat_grad(grad);
    const double previous_loss = loss;
    state.prev_loss(loss);
    state.t(state.n_iter() == 1 ? std::min(1.0, 1 / grad.abs().sum().item<double>()) * options.lr()
                                : options.lr());
    const double slope = dot_product(grad, state.d());
    if (slope > -options.tolerance_change()) break;

    int64_t new_looks = 0;
    if (options.line_search_fn()) {
      Line line(*this, closure, state.d());
      const Point found = line.search({0, loss, grad, slope}, state.t(), 1e-9);
      state.t(found.t);
      loss = found.loss;
      grad = found.grad;
      new_looks = line.looks;
      move(state.t(), state.d());
    } else {
      move(state.t(), state.d());
      // The last place needs no look: the next step begins with one.
      if (iteration < options.max_iter()) {
        loss = run(closure).item<double>();
        grad = flat_grad();
        new_looks = 1;
      }
    }
    looks += new_looks;
    state.func_evals() += new_looks;

    if (looks >= most_looks || largest(grad) <= options.tolerance_grad() ||
        largest(state.d() * state.t()) <= options.tolerance_change() ||
        std::abs(loss - previous_loss) < options.tolerance_change())
      break;
  }
  return first_loss;
}

}  // namespace xgrad::optim
