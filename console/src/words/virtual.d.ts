// SPDX-License-Identifier: Apache-2.0
declare module 'virtual:words/*' {
  const messages: Record<string, import('../../words/compile.ts').Message>;
  export default messages;
}
