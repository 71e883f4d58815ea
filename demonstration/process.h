// SPDX-License-Identifier: Apache-2.0
// Programs that the demonstration runs: to their end, or beside it.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace openline::demonstration {

using Arguments = std::vector<std::string>;

struct Finished {
  int exit_code = 0;
  std::string output;  // standard output and standard error
};
[[nodiscard]] Finished run(const Arguments& arguments);

// A program beside ours. Its output goes to a file; its standard input is ours to write. Ended with SIGTERM
// by the destructor.
class Beside {
 public:
  Beside(const Arguments& arguments, const std::string& output_file);
  ~Beside();
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  void type(const std::string& line);
  [[nodiscard]] bool running() const;
  void stop();

 private:
  pid_t pid_ = -1;
  int input_ = -1;
};

}  // namespace openline::demonstration
