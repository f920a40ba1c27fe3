/** Each change of each fix of the samples, made in Terraform that says the policy in each way it can be written. */
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { loadScenario } from '#collect/scenario-file.ts'
import { agrees } from '#fix/hcl/agree.ts'
import { documentOf } from '#fix/hcl/document.ts'
import { projectOf, type SourceFile } from '#fix/hcl/project.ts'
import { statementBlock } from '#fix/hcl/render.ts'
import { rewritten } from '#fix/hcl/rewrite.ts'
import { attributeOf } from '#fix/hcl/syntax.ts'
import type { EditedDocument } from '#fix/edited-document.ts'
import { blockOf, terraformOf } from '#fix/terraform.ts'
import { fixesOf } from './on-paper.ts'

const DIR = join(import.meta.dirname, '..', 'samples', 'fix')

interface Statements {
  readonly Version?: string
  readonly Id?: string
  readonly Statement: Record<string, unknown> | readonly Record<string, unknown>[]
}

const escaped = (text: string): string => text.replaceAll('${', () => '$${').replaceAll('%{', '%%{')

/** The block of the snippet with its document written in another way. */
const FORMS: Readonly<Record<string, (made: EditedDocument) => readonly SourceFile[]>> = {
  jsonencode: (made) => [{ path: 'main.tf', text: `${terraformOf({ ...made, after: made.before }) ?? ''}\n` }],
  heredoc: (made) => {
    const document = escaped(JSON.stringify(made.before, null, 2).replaceAll('\n', '\n    '))
    return [{ path: 'main.tf', text: around(made, `<<-JSON\n    ${document}\n  JSON`) }]
  },
  file: (made) => [
    { path: 'in/main.tf', text: around(made, 'file("${path.module}/policy.json")') },
    { path: 'in/policy.json', text: `${JSON.stringify(made.before, null, 4)}\n` },
  ],
  data: (made) => {
    const { Statement, Id, Version } = made.before as Statements
    const head = [
      ...(Version === undefined ? [] : [`  version = "${Version}"`]),
      ...(Id === undefined ? [] : [`  policy_id = "${Id}"`]),
    ]
    const statements = [Statement].flat().map((one) => `  ${statementBlock(one, '  ')}`)
    const text = `data "aws_iam_policy_document" "this" {\n${[...head, ...statements].join('\n')}\n}\n`
    return [
      { path: 'data.tf', text },
      { path: 'main.tf', text: around(made, 'data.aws_iam_policy_document.this.json') },
    ]
  },
}

/** The snippet's block with another expression for its document. */
function around(made: EditedDocument, expression: string): string {
  const block = blockOf(made.location)
  assert.ok(block !== undefined)
  const fields = Object.entries(block.fields).map(([name, value]) => `  ${name} = ${value}\n`)
  return `resource "${block.type}" "this" {\n${fields.join('')}  # kept\n  ${block.holds} = ${expression}\n}\n`
}

/** The document that stands in the file after, by other means where there are some. */
function heldIn(form: string, made: EditedDocument, files: readonly SourceFile[]): (want: unknown) => boolean {
  if (form === 'file') {
    const document: unknown = JSON.parse(files.find(({ path }) => path.endsWith('.json'))?.text ?? '')
    return (want) => JSON.stringify(document) === JSON.stringify(want)
  }
  if (form === 'heredoc') {
    const text = files[0]?.text ?? ''
    const raw = text.slice(text.indexOf('<<-JSON') + '<<-JSON'.length, text.lastIndexOf('JSON'))
    const document: unknown = JSON.parse(raw.replaceAll('$${', '${'))
    return (want) => JSON.stringify(document) === JSON.stringify(want)
  }
  const project = projectOf(files)
  const holds = blockOf(made.location)?.holds ?? ''
  for (const module of project.modules)
    for (const [address, block] of module.blocks) {
      const value = address.startsWith('data.') ? undefined : attributeOf(block.is, holds)?.value
      if (value === undefined) continue
      const found = documentOf(project, module, { file: block.file, is: value })
      if (!('reason' in found)) return (want) => agrees(found.tree, want)
    }
  return () => false
}

/** What no data source can say, and nobody writes there. */
const isPlain = ({ before }: EditedDocument): boolean =>
  [(before as Statements).Statement]
    .flat()
    .every((one) => one['Action'] !== undefined || one['NotAction'] !== undefined)

describe('a fix is made in Terraform, and read back', () => {
  let made = 0
  for (const name of readdirSync(DIR))
    it(name, async () => {
      const scenario = await loadScenario(join(DIR, name, 'scenario.json'))
      for (const fix of fixesOf(scenario))
        for (const change of fix.changes) {
          const one = change.editedDocument
          if (one === undefined || one.before === null || blockOf(one.location) === undefined) continue
          for (const [form, write] of Object.entries(FORMS)) {
            if (form === 'data' && !isPlain(one)) continue
            const files = write(one)
            const { changes, files: after } = rewritten([one], projectOf(files))
            const why = `${fix.id}, ${change.policy}, as ${form}: ${JSON.stringify(changes[0])}\n${files.map(({ text }) => text).join('\n')}`
            assert.ok(changes[0] !== undefined && 'diff' in changes[0], why)
            const all = files.map((file) => ({
              ...file,
              text: after.find(({ path }) => path === file.path)?.after ?? file.text,
            }))
            assert.ok(heldIn(form, one, all)(one.after), `${why}\n${all.map(({ text }) => text).join('\n')}`)
            made++
          }
        }
    })

  it('and there were many', () => assert.ok(made > 150, `${made} edits`))
})
