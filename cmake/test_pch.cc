// SPDX-License-Identifier: Apache-2.0
// Holds the precompiled test headers that every test binary reuses; it has no code of its own.
