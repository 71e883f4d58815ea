// SPDX-License-Identifier: Apache-2.0
// Events of the station for whoever asks by their name. The socket's owner tells them all; rooms hear what is theirs,
// and neither knows of the other.

type Hearer = (data: unknown) => void;
const hearers = new Map<string, Set<Hearer>>();

/** Calls back at each event of this name, until what it returns is called. */
export function hear(event: string, call: Hearer): () => void {
  const set = hearers.get(event) ?? new Set<Hearer>();
  hearers.set(event, set);
  set.add(call);
  return () => set.delete(call);
}

export function tell(event: string, data: unknown): void {
  for (const call of hearers.get(event) ?? []) call(data);
}
