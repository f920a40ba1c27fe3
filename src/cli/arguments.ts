import { parseArgs } from 'node:util'
import { UserError } from '../errors.ts'
import type { Arguments, Command, Option, Options } from './command.ts'
import { nearest } from './nearest.ts'

/** Reads the words after the command's name; what is not given comes from the environment. */
export function readArguments(
  command: Command,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Arguments<Options> {
  const group = longGroupIn(command, words)
  if (group !== undefined) throw unknownOption(command, `${group.slice(0, LONGEST_GROUP)}…`)
  const found = new Map<string, string[]>()
  const files: string[] = []
  // Not strict: its errors would be Node's, without a code of ours and without the nearest name.
  const { tokens } = parseArgs({
    args: [...words],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(
        Object.entries(command.options)
          .filter(([name]) => name !== 'help')
          .map(([name, option]) => [name, { type: option.value === undefined ? 'boolean' : 'string' } as const]),
      ),
    },
  })
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value)
    else if (token.kind === 'option') addOption(command, token, found)
  }
  checkOperands(command, files)
  const given = new Set(found.keys())
  const values: Record<string, unknown> = Object.create(null)
  for (const [name, option] of Object.entries(command.options))
    values[name] = valueOf(name, option, found.get(name) ?? fromEnvironment(option, env))
  return { values: values as Arguments<Options>['values'], given, files }
}

/** Letters of one `-abc` that are still read as options. */
const LONGEST_GROUP = 32

/**
 * A word that begins like short options and is longer than any of them: some text with a dash before it. Node would take it
 * apart letter by letter, in time that grows with the square of its length.
 */
function longGroupIn({ options }: Command, words: readonly string[]): string | undefined {
  const end = words.indexOf('--')
  return words.find((word, i) => {
    if (word.length <= LONGEST_GROUP || !/^-[^-]/.test(word) || (end >= 0 && i > end)) return false
    const before = words[i - 1]
    const name = before?.startsWith('--') === true ? before.slice(2) : ''
    return !Object.hasOwn(options, name) || options[name]?.value === undefined
  })
}

interface OptionToken {
  readonly name: string
  readonly rawName: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function addOption(command: Command, token: OptionToken, found: Map<string, string[]>): void {
  const { name, rawName, value, inlineValue } = token
  const option = Object.hasOwn(command.options, name) ? command.options[name] : undefined
  if (option === undefined) throw unknownOption(command, rawName)
  if (option.value === undefined) {
    if (value !== undefined)
      throw new UserError('usage/not-a-value', `\`${rawName}\` takes no value`, `write \`${rawName}\` alone`)
    found.set(name, ['true'])
    return
  }
  // The next word was taken as the value; a known option there means that the value was forgotten.
  const isOption = inlineValue !== true && value !== undefined && value.startsWith('--')
  if (value === undefined || value === '' || isOption)
    throw new UserError('usage/missing-value', `\`${rawName}\` needs a value`, `write \`${rawName} ${option.value}\``)
  const before = found.get(name)
  if (before !== undefined && option.many !== true)
    throw new UserError('usage/conflicting-options', `\`${rawName}\` is given twice`, 'give it once')
  found.set(name, [...(before ?? []), value])
}

function unknownOption(command: Command, rawName: string): UserError {
  const plain = rawName.startsWith('--') ? rawName.slice(2) : rawName.slice(1)
  const near = nearest(plain, Object.keys(command.options))
  return new UserError(
    'usage/unknown-option',
    `\`${command.name}\` has no option \`${rawName}\``,
    near === undefined ? `see \`denytrace ${command.name} --help\`` : `did you mean \`--${near}\`?`,
  )
}

function checkOperands(command: Command, files: readonly string[]): void {
  const most = command.maxOperands ?? Number.POSITIVE_INFINITY
  const extra = files[most]
  if (files.length <= most || extra === undefined) return
  throw new UserError(
    'usage/too-many-files',
    `\`${command.name}\` does not take \`${extra}\``,
    `usage: denytrace ${command.name} ${command.operands}`,
  )
}

/** An empty variable counts as not set, as with NO_COLOR. */
function fromEnvironment(option: Option, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const value = option.env === undefined ? undefined : env[option.env]
  return value === undefined || value === '' ? [] : [value]
}

function valueOf(name: string, option: Option, found: readonly string[]): unknown {
  if (option.value === undefined) return found.length > 0 && found[0] !== '0' && found[0] !== 'false'
  const wrong = option.choices === undefined ? undefined : found.find((value) => !option.choices?.includes(value))
  if (wrong !== undefined)
    throw new UserError(
      'usage/not-a-value',
      `\`--${name}\` cannot be \`${wrong}\``,
      `give one of ${option.choices?.map((choice) => `\`${choice}\``).join(', ')}`,
    )
  return option.many === true ? found : found[0]
}
