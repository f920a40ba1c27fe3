import { importPath, KINDS, kindNamed, writeImported } from '#app/import.ts'
import { isAccountId } from '#iam/arn.ts'
import { toJson } from '#report/json.ts'
import { importText } from '#report/text-import.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { IMPORT_OPTIONS } from '../import-options.ts'
import { nearest } from '../nearest.ts'

type Args = Arguments<typeof IMPORT_OPTIONS>

export async function runImport(args: Args, io: Io): Promise<number> {
  const { values } = args
  const { kind, path } = operandsOf(args)
  const { out } = values
  const imported = await importPath(kind, path, optionsOf(args), io.stdin)
  if (out !== undefined) writeImported(imported, out, values.force)
  const { counts, unread, open } = imported
  const files = [...imported.files.keys()]
  io.out(
    values.format === 'json'
      ? toJson({ schemaVersion: 1, kind: imported.kind, out: out ?? null, counts, files, unread, open })
      : importText(imported, out, io.page),
  )
  return EXIT.ok
}

/** `KIND PATH`; a lone operand that is no kind is a path. */
function operandsOf({ files }: Args) {
  const [first, second] = files
  if (first === undefined)
    throw new UserError('usage/missing-option', 'there is nothing to import', 'usage: denytrace import KIND PATH')
  const kind = kindNamed(first)
  if (second === undefined) {
    if (kind === undefined) return { kind, path: first }
    throw new UserError('usage/missing-option', `there is no path after \`${first}\``, `denytrace import ${first} PATH`)
  }
  if (kind !== undefined) return { kind, path: second }
  const near = nearest(first, KINDS)
  throw new UserError(
    'usage/not-a-value',
    `\`${first}\` is no kind of file that can be imported`,
    near === undefined ? `give one of ${KINDS.map((one) => `\`${one}\``).join(', ')}` : `did you mean \`${near}\`?`,
  )
}

function optionsOf({ values }: Args) {
  const { account, region } = values
  if (account !== undefined && !isAccountId(account))
    throw new UserError(
      'usage/not-a-value',
      `\`--account\` cannot be \`${account}\``,
      'an account id has twelve digits, leading zeros included',
    )
  if (region !== undefined && !/^[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-\d{1,2}$/.test(region))
    throw new UserError('usage/not-a-value', `\`--region\` cannot be \`${region}\``, 'a Region looks like `eu-west-1`')
  return {
    ...(account === undefined ? {} : { account }),
    ...(region === undefined ? {} : { region }),
    noOrganization: values['no-organization'],
    plainReferences: values['plain-references'],
    parameters: parametersOf(values.parameters),
    collectedAt: new Date().toISOString(),
  }
}

/** Everything after the first `=` behind the key is the value; a Terraform address may hold `=` inside its brackets only. */
function parametersOf(words: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const word of words) {
    const bracket = word.lastIndexOf(']', word.indexOf('='))
    const at = word.indexOf('=', bracket + 1)
    if (at < 1)
      throw new UserError(
        'usage/not-a-value',
        `\`--parameters ${word}\` has no value`,
        'write `--parameters KEY=VALUE`',
      )
    const key = word.slice(0, at)
    if (found.has(key))
      throw new UserError('usage/conflicting-options', `the parameter \`${key}\` is given twice`, 'give it once')
    found.set(key, word.slice(at + 1))
  }
  return found
}
