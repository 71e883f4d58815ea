// SPDX-License-Identifier: Apache-2.0
// The one file that compiles Asio and Beast; all others see declarations only.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
