import type { Assumption } from '#engine/decision.ts'
import { s3ResourceForm } from '#engine/resource-forms.ts'
import type { Scenario } from '#engine/scenario.ts'
import { readAction } from '#iam/action.ts'
import { parseArn } from '#iam/arn.ts'
import type { Request } from '#iam/request.ts'
import { documentFacts, resourcesNamedIn } from '#snapshot/at-hand/document-facts.ts'
import type { Piece } from '#snapshot/at-hand/piece.ts'
import { serviceOfKind } from '#snapshot/at-hand/resource-side.ts'

/** The resource that the given files are about, where the evidence names none, and the assumption that it is. */
export interface GivenResource extends Pick<Request, 'resourcePatterns'> {
  readonly resource: string
  readonly assumption: Assumption
}

/**
 * The one resource of the action's service whose policy or settings were given, or, where these name no resource, the only one that the
 * caller's given policies name (R-EVID-13). Which object of a bucket it was stays open. Undefined: none was given, or several.
 */
export function givenResource(
  actionText: string,
  pieces: readonly Piece[],
  scenario: Scenario | undefined,
): GivenResource | undefined {
  const action = readAction(actionText)
  if (action === undefined) return undefined
  const isOfService = (arn: unknown): arn is string =>
    typeof arn === 'string' && parseArn(arn)?.service === action.service
  const own = [...pieces.flatMap(arnsOf), ...arnsIn(scenario)].filter(isOfService)
  const named =
    own.length === 0 && hasUnnamed(pieces, action.service) ? pieces.flatMap(namedByCaller).filter(isOfService) : []
  const [arn, ...others] = [...new Set([...own, ...named])]
  if (arn === undefined || others.length > 0) return undefined
  const resource = s3ResourceForm(action.name, arn)?.resource ?? arn
  return {
    resource,
    ...(resource === arn ? {} : { resourcePatterns: { [resource]: [resource] } }),
    assumption: {
      fact: 'resource',
      value: resource,
      from:
        own.length > 0
          ? `the evidence names no resource, and ${arn} is the only one whose policy or settings were given`
          : `the evidence names no resource, its settings were given, and ${arn} is the only one that the given policies name`,
      ifWrong: 'the call was on another resource: --resource ARN says which',
    },
  }
}

/** A resource, and the key that its settings name. */
const arnsOf = (piece: Piece): readonly unknown[] =>
  piece.is === 'resource' ? [piece.arn, ...Object.values(piece.attributes ?? {})] : []

/** Whether settings of a resource of the service were given that do not say of which. */
const hasUnnamed = (pieces: readonly Piece[], service: string): boolean =>
  pieces.some(
    (piece) =>
      piece.is === 'resource' &&
      piece.arn === undefined &&
      piece.name === undefined &&
      serviceOfKind(piece.kind) === service,
  )

const namedByCaller = (piece: Piece): readonly string[] =>
  piece.is === 'identity-policy' ? resourcesNamedIn(piece.policy.document) : []

function arnsIn({ policies, resources = [] }: Partial<Scenario> = {}): readonly (string | undefined)[] {
  const document = policies?.resourcePolicy?.document
  return [...resources.map(({ arn }) => arn), ...(document === undefined ? [] : [documentFacts(document).arn])]
}
