// SPDX-License-Identifier: Apache-2.0
// Requests for contact, visits, calls, readouts, notices, translations: what this room puts into the main screen.
import type { Role } from '../api/types.ts';
import type { Room } from '../desk/registry.ts';
import CallBody from './calls/CallBody.svelte';
import ContactBody from './contacts/ContactBody.svelte';
import { matterOf } from './matters.svelte.ts';
import NoticeBody from './notices/NoticeBody.svelte';
import NoticeDraft from './notices/NoticeDraft.svelte';
import OpenMatters from './OpenMatters.svelte';
import ReadoutBody from './readouts/ReadoutBody.svelte';
import { originalOf } from './translations/original.ts';
import TranslationBody from './translations/TranslationBody.svelte';
import Translations from './translations/Translations.svelte';
import VisitBody from './visits/VisitBody.svelte';

const writers: Role[] = ['officer', 'releaser'];
const readers: Role[] = ['officer', 'releaser', 'supervisor', 'linguist', 'auditor'];

export const matters: Room = {
  panels: [
    { id: 'contact-new', title: 'contact.title', load: () => import('./contacts/ContactPanel.svelte') },
    { id: 'matter', title: 'matter.title', load: () => import('./MatterPanel.svelte') },
    { id: 'matters', title: 'matters.title', load: () => import('./MattersPanel.svelte') },
    { id: 'notice-new', title: 'notice.title', load: () => import('./notices/NoticeForm.svelte') },
    { id: 'notice', title: 'notice.whole', load: () => import('./notices/NoticePanel.svelte') },
    { id: 'visit-new', title: 'visit.title', load: () => import('./visits/VisitForm.svelte') },
    { id: 'call-new', title: 'call.title', load: () => import('./calls/CallForm.svelte') },
    { id: 'translate', title: 'translation.title', load: () => import('./translations/TranslateForm.svelte') },
    { id: 'efforts', title: 'efforts.title', load: () => import('./efforts/EffortsPanel.svelte') },
  ],
  actions: [
    { id: 'notice-new', words: 'notice.do', place: 'line', panel: 'notice-new', roles: writers },
    { id: 'contact-new', words: 'contact.do', place: 'line', panel: 'contact-new', roles: writers },
    { id: 'visit-new', words: 'visit.do', place: 'line', panel: 'visit-new', roles: writers },
    { id: 'call-new', words: 'call.do', place: 'line', panel: 'call-new', roles: writers },
    { id: 'matters', words: 'matters.do', place: 'line', panel: 'matters', roles: readers },
    { id: 'efforts', words: 'efforts.do', place: 'line', panel: 'efforts', roles: readers },
    { id: 'matter', words: 'matter.open', place: 'entry', panel: 'matter', roles: readers, suits: (entry) => matterOf(entry) !== null },
    { id: 'notice', words: 'notice.open', place: 'entry', panel: 'notice', roles: readers, suits: (entry) => entry.kind === 'notice' },
    { id: 'notice-answer', words: 'notice.answer', place: 'entry', panel: 'notice-new', roles: writers, suits: (entry) => entry.kind === 'notice' && !entry.own },
    {
      id: 'translate', words: 'translation.do', place: 'entry', panel: 'translate', roles: [...writers, 'linguist'],
      suits: (entry) => entry.kind !== 'translation' && originalOf(entry).length > 0,
    },
  ],
  bodies: {
    'contact request': ContactBody, 'contact answer': ContactBody, 'contact change': ContactBody, 'contact unanswered': ContactBody,
    visit: VisitBody, 'visit act': VisitBody, 'visit outcome': VisitBody,
    call: CallBody, 'call act': CallBody,
    readout: ReadoutBody, 'readout answer': ReadoutBody,
    notice: NoticeBody, translation: TranslationBody,
  },
  drafts: { notices: NoticeDraft },
  unders: [Translations],
  sides: [OpenMatters],
};
