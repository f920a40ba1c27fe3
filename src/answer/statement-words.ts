import type { LayerVerdict } from '#engine/decision.ts'
import type { CauseFacts } from './cause-words.ts'
import { isBucketForObject } from './first-difference.ts'

/** What a denial means for the statement that decides or comes nearest, as one sentence. */
export function statementNote(
  { statement, nearest, metBy = [], layer, denyType }: CauseFacts,
  layers: readonly LayerVerdict[],
): string {
  if (statement !== undefined)
    return metBy.length > 1
      ? 'All of these conditions match, so it denies the call. No Allow overrides a Deny.'
      : 'No Allow overrides a Deny.'
  if (nearest !== undefined && denyType === 'explicit') return 'It denies the call if what is not known matches.'
  if (nearest?.failedOn.every(({ state }) => state === 'unknown') === true)
    return 'It allows the call only if what is not known matches.'
  if (nearest?.failedOn[0] !== undefined && isBucketForObject(nearest.failedOn[0]))
    return 'Or the object is missing: without `s3:ListBucket`, S3 answers 403 and not 404.'
  const others = layers.filter((entry) => entry.layer === layer).flatMap(({ statements }) => statements).length - 1
  if (others < 1) return 'It is the only statement.'
  return others === 1
    ? 'The other statement here comes no nearer.'
    : `The ${others} other statements here come no nearer.`
}
