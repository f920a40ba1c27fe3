import type { Note } from '../note.ts'
import { patternRule } from './pattern-rule.ts'
import type { MessageRule } from './rule.ts'

/** A message about a call that a service made for itself, which the policy of the resource decides. */
interface OwnCall {
  readonly id: string
  readonly example: string
  readonly docs: string
  readonly anchor: string
  /** May have a group `arn`: the ARN of the resource. */
  readonly pattern: RegExp
  /** The service as policies name it: `ecs.amazonaws.com`. */
  readonly service: string
}

/** Returns a maker of rules for such messages about one action. @param noteOf the note for a service */
export const ownCallRule =
  (action: string, noteOf: (service: string) => Note) =>
  ({ service, ...rule }: OwnCall): MessageRule =>
    patternRule({
      ...rule,
      fields: ({ arn }) => ({
        principal: service,
        impliedAction: action,
        // A sentence may end behind the ARN.
        resource: arn?.replace(/[.,;)]{1,3}$/, '') ?? null,
        notes: [noteOf(service)],
      }),
    })
