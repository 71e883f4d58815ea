# SPDX-License-Identifier: Apache-2.0
"""The works by their names. Each is work(lab, system, options) and gives its figures; `radio` has a lab of its own."""

from share import share
from work import cold, file, messages, urgent

WORKS = {"messages": messages, "cold": cold, "file": file, "urgent": urgent, "share": share}
