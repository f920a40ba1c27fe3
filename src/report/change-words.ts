import type { ChangeKind } from '#fix/change-kinds.ts'

/** How a change of each kind is told; a kind without a row does not compile. */
interface ChangeWords {
  /** Subject of its first line: the policy that is edited, what the change does, or who makes it. */
  readonly head: 'policy' | 'what-it-does' | 'who-makes-it'
  /** It changes a policy, so that wider scopes of it are offered. */
  readonly ofPolicy?: true
  /** The one path of the patch that is told; left out: all of them. */
  readonly path?: string
}

export const CHANGE_WORDS: Readonly<Record<ChangeKind, ChangeWords>> = {
  'edit-policy': { head: 'policy', ofPolicy: true },
  'add-policy': { head: 'policy', ofPolicy: true },
  'edit-request': { head: 'what-it-does' },
  'change-principal': { head: 'who-makes-it', path: '/principal' },
  'create-grant': { head: 'policy' },
  wait: { head: 'who-makes-it' },
}

/** Whether a change is of the resource itself, such as of its tags: no policy is edited, and others may gain or lose by it. */
export const isOfResource = ({ kind, on }: { readonly kind: ChangeKind; readonly on?: string }): boolean =>
  CHANGE_WORDS[kind].head === 'policy' && on === undefined
