// SPDX-License-Identifier: Apache-2.0
// The desk's own pages beside its main screen.
import type { Room } from './registry.ts';

export const desk: Room = {
  pages: [
    { id: 'inbox', title: 'page.inbox', menu: true, roles: ['officer', 'releaser', 'supervisor', 'linguist', 'auditor'], load: () => import('./inbox/Inbox.svelte') },
    { id: 'drafts', title: 'page.drafts', menu: true, roles: ['officer', 'releaser', 'supervisor', 'linguist', 'auditor'], load: () => import('./drafts/Drafts.svelte') },
    { id: 'people', title: 'page.people', menu: true, load: () => import('./people/People.svelte') },
    { id: 'audit', title: 'page.audit', menu: true, roles: ['supervisor', 'auditor'], load: () => import('./audit/Audit.svelte') },
    { id: 'account', title: 'account.title', menu: false, load: () => import('./people/Account.svelte') },
  ],
  panels: [{ id: 'search', title: 'search.open', load: () => import('./search/Search.svelte') }],
};
