/**
 * Subject of a change of each kind (docs/json.md, "Fix"): `policy`, or what stands beside the policies of a resource, such
 * as its ACL or tags; `grant` of a key; `request`, which is its caller's to change; `time`, for which nothing changes.
 * Whoever decides by a kind decides by this row, so that a new kind without one does not compile.
 */
export const CHANGE_SUBJECTS = {
  'edit-policy': 'policy',
  'add-policy': 'policy',
  'edit-request': 'request',
  'change-principal': 'request',
  'create-grant': 'grant',
  wait: 'time',
} as const satisfies Readonly<Record<string, 'policy' | 'grant' | 'request' | 'time'>>

/** The kind of a change. */
export type ChangeKind = keyof typeof CHANGE_SUBJECTS

/** Whether a change grants: a request and time grant nothing to anybody. */
const GRANTS: Readonly<Record<(typeof CHANGE_SUBJECTS)[ChangeKind], boolean>> = {
  policy: true,
  grant: true,
  request: false,
  time: false,
}

/** Whether a change of this kind may grant something to somebody. */
export const mayGrant = (kind: ChangeKind): boolean => GRANTS[CHANGE_SUBJECTS[kind]]
