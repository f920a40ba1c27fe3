import type { EvaluatedStep } from '#engine/chain.ts'
import type { ReplayContext } from '#diagnose/replay-context.ts'
import type { ChangeInHand } from '../change.ts'
import type { FixSearch } from './fix-search.ts'
import type { Candidate } from './rank.ts'

/** Stands for the external id that the two accounts have to agree on. */
const EXTERNAL_ID = 'EXTERNAL_ID'
const KEY = 'sts:ExternalId'

/**
 * Returns the context as if the third party passed an external id, which a trust policy then asks for (R-ADV-08).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html
 */
export const withExternalId = (context: ReplayContext): ReplayContext => ({
  ...context,
  steps: context.steps.map(passing),
  likely: context.likely?.map(passing),
})

function passing(step: EvaluatedStep): EvaluatedStep {
  const { request } = step.scenario
  const isListed = Object.keys(request.context ?? {}).some((key) => key.toLowerCase() === KEY.toLowerCase())
  if (request.action.toLowerCase() !== 'sts:assumerole' || isListed) return step
  return {
    ...step,
    scenario: { ...step.scenario, request: { ...request, context: { ...request.context, [KEY]: EXTERNAL_ID } } },
  }
}

/** Returns the search without the fixes that ask for no external id, where some do. */
export function askingForExternalId(search: FixSearch): FixSearch {
  const asks = ({ changes }: Pick<Candidate, 'changes'>): boolean =>
    changes.some(({ patch }) => JSON.stringify(patch).includes(KEY))
  if (!search.exact.some(asks)) return search
  return {
    ...search,
    best: () => search.all().find(asks),
    all: () => search.all().filter(asks),
    exact: search.exact.filter(asks),
  }
}

/** A change with a placeholder for the external id is made by hand: nobody else knows what was agreed on. */
export function withExternalIdByHand(change: ChangeInHand): ChangeInHand {
  const { recipe, patch } = change
  if (recipe === undefined || !JSON.stringify(patch).includes(`"${EXTERNAL_ID}"`)) return change
  return { ...change, recipe: { ...recipe, byHand: BY_HAND } }
}

const BY_HAND = `replace ${EXTERNAL_ID} with the external id that you agree on with this account;`
