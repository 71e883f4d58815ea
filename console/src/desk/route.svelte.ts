// SPDX-License-Identifier: Apache-2.0
// Where the screen is: #/PAGE/REST in the address, so that a reload stays there and the browser's "back" works.

class Route {
  page = $state('');
  rest = $state('');

  constructor() {
    this.#read();
    addEventListener('hashchange', () => this.#read());
  }

  #read(): void {
    const [page = '', ...rest] = location.hash.replace(/^#\/?/, '').split('/');
    this.page = page;
    this.rest = rest.map((piece) => decodeURIComponent(piece)).join('/');
  }
}

export const route = new Route();

/** The address of a page: goes into href, so that every way is a link. */
export function to(page: string, ...rest: string[]): string {
  return `#/${[page, ...rest.map(encodeURIComponent)].join('/')}`;
}

export function go(page: string, ...rest: string[]): void {
  location.hash = to(page, ...rest);
}
