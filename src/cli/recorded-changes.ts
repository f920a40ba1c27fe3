import type { searchEvidence } from '#app/diagnose.ts'
import type { Evidence } from '#diagnose/evidence/evidence.ts'
import { shellWord } from '#quote/shell.ts'
import { isUserError } from '../errors.ts'
import type { Io } from './command.ts'
import { warn } from './warn.ts'

type DiagnoseEvidenceOptions = NonNullable<Parameters<typeof searchEvidence>[1]>

/**
 * Changes of policies that a store of denials kept, for `diagnose` and `fix`; none where no store is named. The store is loaded by
 * those runs alone that name one. One that the environment names, and that cannot be read, is told and left out.
 */
export async function recordedChangesOf(
  { store }: { readonly store?: string | undefined },
  given: ReadonlySet<string>,
  evidence: Evidence,
  io: Io,
): Promise<NonNullable<DiagnoseEvidenceOptions['recordedChanges']>> {
  if (store === undefined) return []
  const [{ changesKeptFor }, { storeOptions }] = await Promise.all([
    import('#app/store/kept-changes.ts'),
    import('./store-options.ts'),
  ])
  try {
    return await changesKeptFor(evidence, store, storeOptions(io))
  } catch (error) {
    if (given.has('store') || !isUserError(error)) throw error
    warn(io, `the store of DENYTRACE_STORE was not read: ${error.message}`)
    return []
  }
}

/** The option as it is to be typed again. */
export const storeWords = (
  { store }: { readonly store?: string | undefined },
  given: ReadonlySet<string>,
): readonly string[] => (store === undefined || !given.has('store') ? [] : ['--store', shellWord(store)])
