import type { EditedDocument } from '../edited-document.ts'
import { blockOf, labelOf, terraformOf } from '../terraform.ts'
import type { NoEdit, SourceEdit } from './edit-source.ts'
import { candidatesFor } from './locate.ts'
import { isRepeated, type Module, nameParts, type Project, textOf } from './project.ts'
import { lineAt } from './syntax.ts'

/** The argument of a policy's block that names what it is attached to, and how the block of that is referred to. */
const HOLDERS: Readonly<Record<string, readonly [argument: string, type: string, attribute: string]>> = {
  aws_iam_role_policy: ['role', 'aws_iam_role', 'name'],
  aws_iam_user_policy: ['user', 'aws_iam_user', 'name'],
  aws_s3_bucket_policy: ['bucket', 'aws_s3_bucket', 'id'],
  aws_sqs_queue_policy: ['queue_url', 'aws_sqs_queue', 'url'],
  aws_sns_topic_policy: ['arn', 'aws_sns_topic', 'arn'],
}

/** A policy that is not there yet, as a block behind the one of what it is attached to. */
export function newBlock(editedDocument: EditedDocument, project: Project): SourceEdit | NoEdit {
  const type = blockOf(editedDocument.location)?.type ?? ''
  const holder = Object.hasOwn(HOLDERS, type) ? HOLDERS[type] : undefined
  if (holder === undefined) return { reason: 'it is new, and has no one place in these files' }
  const [there] = candidatesFor(project, editedDocument.location).filter(({ names }) => names === 'same')
  if (there !== undefined)
    return { reason: `\`${there.address}\` (${there.block.file.path}) says otherwise, and is not in force` }
  const [argument, holderType, attribute] = holder
  const { on } = editedDocument.location
  const name = on.slice(Math.max(on.lastIndexOf('/'), on.lastIndexOf(':')) + 1)
  const found = project.modules.flatMap((module) =>
    [...module.blocks].flatMap(([address, { file, is }]) =>
      address.startsWith(`${holderType}.`) && !isRepeated(is) && textOf(nameParts(module, is)) === name
        ? [{ module, address, file, end: is.end }]
        : [],
    ),
  )
  const [holderBlock, ...more] = found
  if (holderBlock === undefined || more.length > 0)
    return { reason: `${more.length > 0 ? 'several resources are' : 'no resource is'} \`${name}\` in these files` }
  const label = freeLabel(holderBlock.module, type, labelOf(editedDocument.location))
  const text = terraformOf(editedDocument, { label, fields: { [argument]: `${holderBlock.address}.${attribute}` } })
  return {
    address: `${type}.${label}`,
    file: holderBlock.file,
    line: lineAt(holderBlock.file.text, holderBlock.end),
    foundBy: 'name',
    edits: [{ start: holderBlock.end, end: holderBlock.end, text: `\n\n${text ?? ''}` }],
  }
}

function freeLabel({ blocks }: Module, type: string, label: string): string {
  let free = label
  for (let i = 2; blocks.has(`${type}.${free}`); i++) free = `${label}_${i}`
  return free
}
