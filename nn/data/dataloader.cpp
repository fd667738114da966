#include <xgrad/nn/data/dataloader.hpp>

namespace xgrad::data {

FullDataLoaderOptions::FullDataLoaderOptions(const DataLoaderOptions& options)
    : batch_size(options.batch_size()),
      workers(options.workers()),
      max_jobs(options.max_jobs().value_or(2 * workers)),
      timeout(options.timeout()),
      enforce_ordering(options.enforce_ordering()),
      drop_last(options.drop_last()) {
  check(batch_size > 0,
        "DataLoaderOptions: batch_size is 0; give the number of examples that a batch shall have, 1 or more");
  check(workers <= 1024, "DataLoaderOptions: workers is ", workers,
        "; give the number of threads, 1024 at most, or 0 for none");
  check(workers == 0 || max_jobs > 0,
        "DataLoaderOptions: max_jobs is 0, so that the workers would never make a batch; ",
        "give 1 or more, or leave it out");
}

}  // namespace xgrad::data
