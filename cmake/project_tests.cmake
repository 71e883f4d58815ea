# SPDX-License-Identifier: Apache-2.0
# Tests about the tree itself rather than about one folder.
