import type { Assumption } from '#engine/decision.ts'
import { s3ResourceForm } from '#engine/resource-forms.ts'
import type { Scenario } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import { parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { documentFacts } from '#snapshot/at-hand/document-facts.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'

/** The resource that the given files are about, where the evidence names none, and the assumption that it is. */
export interface GivenResource extends Pick<Request, 'resourcePatterns'> {
  readonly resource: string
  readonly assumption: Assumption
}

/**
 * The one resource of the action's service whose policy or settings were given (R-EVID-13). Which object of a bucket it was
 * stays open. Undefined: none was given, or several.
 */
export function givenResource(
  actionText: string,
  pieces: readonly Piece[],
  scenario: Scenario | undefined,
): GivenResource | undefined {
  const action = readAction(actionText)
  if (action === undefined) return undefined
  const arns = [...pieces.flatMap(arnsOf), ...arnsIn(scenario)].filter((arn) => typeof arn === 'string')
  const [arn, ...others] = [...new Set(arns.filter((arn) => parseArn(arn)?.service === action.service))]
  if (arn === undefined || others.length > 0) return undefined
  const resource = s3ResourceForm(action.name, arn)?.resource ?? arn
  return {
    resource,
    ...(resource === arn ? {} : { resourcePatterns: { [resource]: [resource] } }),
    assumption: {
      fact: 'resource',
      value: resource,
      from: `the evidence names no resource, and ${arn} is the only one whose policy or settings were given`,
      ifWrong: 'the call was on another resource: --resource ARN says which',
    },
  }
}

/** A resource, and the key that its settings name. */
const arnsOf = (piece: Piece): readonly unknown[] =>
  piece.is === 'resource' ? [piece.arn, ...Object.values(piece.attributes ?? {})] : []

function arnsIn({ policies, resources = [] }: Partial<Scenario> = {}): readonly (string | undefined)[] {
  const document = policies?.resourcePolicy?.document
  return [...resources.map(({ arn }) => arn), ...(document === undefined ? [] : [documentFacts(document).arn])]
}
