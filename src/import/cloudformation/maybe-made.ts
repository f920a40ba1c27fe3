import { type EntityDraft, mayHaveMore, unknownPolicyArn } from '../draft.ts'
import { onlyPerhaps } from '../policy-document.ts'
import { sealed, sealedAs } from '../seal.ts'
import { expressionDigest } from './expression-digest.ts'
import type { Template, TemplateResource } from './template.ts'

/**
 * A user, role or group under a condition that nobody knows: what its policies allow hangs on whether it is made. What those of
 * a user or role deny is denied either way, as nobody else has them; the members of a group are there without it.
 */
export function onlyIfMade(template: Template, { id, condition }: TemplateResource, entity: EntityDraft): void {
  const told = expressionDigest(template, { Condition: condition })
  const what = sealedAs(`${id} is made`, told)
  const isGroup = entity.kind === 'group'
  for (const [name, document] of entity.inline) entity.inline.set(name, onlyPerhaps(document, id, what, !isGroup))
  if (entity.trust !== undefined) entity.trust = onlyPerhaps(entity.trust, id, what, true)
  // A managed policy stands for all that have it, and so cannot hang on this one.
  if (isGroup && entity.attached.size > 0) {
    const hidden = [told, ...entity.attached]
    entity.attached.clear()
    mayHaveMore(entity, sealed(`whether ${id} is made`, hidden))
  } else if (!isGroup && entity.attached.size + entity.groups.size > 0)
    entity.boundaryArn = unknownPolicyArn(entity.account, sealed(`whether ${id} is made`, [told, entity.boundaryArn]))
}
