import { shellComment, shellJson, shellWord } from '#quote/shell.ts'
import { safeLine } from '#quote/terminal.ts'
import type { Consequence, ConsequenceKind } from '../gate/consequence.ts'
import { type Line, lineText, scripted, type Writing } from './call.ts'
import { CALLER, DOCUMENTS, LOOK, QUEUE, START } from './parts.ts'
import { placeholdersOf, type Recipe, refusedRecipe } from './recipe.ts'

/** A change as a script makes it, or says that it does not. */
export interface Step {
  /** Name of what is changed: `deploy of deploy-role`. */
  readonly name: string
  readonly does: string
  /** Twelve digits; undefined: not known. */
  readonly account: string | undefined
  readonly owner: string
  /** What is not known of the document besides, so that no command can put it whole. */
  readonly leftOpen: readonly string[] | undefined
  readonly recipe: Recipe | undefined
  /** What the change does beyond letting the caller make the call. */
  readonly consequences: readonly Pick<Consequence, 'kind' | 'text'>[]
  /** The files beside the script: what the change was made from, and what it comes to. */
  readonly before: string
  readonly after: string
}

interface Placed extends Step {
  readonly number: number
  readonly recipe: Recipe
  /** The account, or a word for one that is not known. */
  readonly label: string
}

/**
 * fix.sh: says what it changes, where and how to undo it; looks at every account and document before it changes the first;
 * leaves what is so already. Empty where no change can be made by commands. Its files stand beside it.
 */
export function scriptOf(title: string, steps: readonly Step[]): string {
  const placed = steps.flatMap((step, i): readonly Placed[] => {
    const { recipe } = step
    const number = i + 1
    return recipe === undefined || whyNot(step) !== undefined
      ? []
      : [{ ...step, recipe, number, label: step.account ?? `account-${number}` }]
  })
  if (placed.length === 0) return ''
  const labels = [...new Set(placed.map(({ label }) => label))]
  return `${[
    headOf(title, steps, placed, labels).join('\n'),
    START,
    argumentsOf(labels, placed),
    ...placed.map(functionsOf),
    DOCUMENTS,
    ...(placed.some(({ recipe }) => JSON.stringify(recipe.put).includes('"document":"queue"')) ? [QUEUE] : []),
    CALLER,
    LOOK,
    mainOf(placed, labels, steps),
  ].join('\n\n')}\n`
}

/** Why a change is left to a person; undefined: the script makes it. */
function whyNot({ recipe, owner, leftOpen }: Step): string | undefined {
  if (recipe === undefined)
    return `${leftOpen === undefined ? 'no command makes it' : 'what else stands in that policy is not known'}; it is for ${owner}`
  const words = placeholdersOf(recipe)
  return (
    refusedRecipe(recipe) ??
    (words.length > 0 && recipe.byHand === undefined
      ? `${words.join(' and ')} in its command must be replaced first: see \`awsCli\` in fix.json`
      : undefined) ??
    (recipe.byHand === undefined
      ? undefined
      : `it needs names that only a person has; ${recipe.byHand} see \`awsCli\` in fix.json`)
  )
}

function headOf(
  title: string,
  steps: readonly Step[],
  placed: readonly Placed[],
  labels: readonly string[],
): readonly string[] {
  const left = steps.filter(
    (step) => !placed.some(({ name, number }) => steps[number - 1] === step && name === step.name),
  )
  return [
    '#!/usr/bin/env bash',
    ...comment(title),
    '#',
    '# It changes, in this order:',
    ...placed.flatMap(({ number, name, does, label, account, owner, recipe, consequences, before, after }) => [
      ...comment(`${number}. ${account === undefined ? `${label} (${owner})` : `account ${label}`}: ${name}`, '  '),
      ...comment(does, '     '),
      ...consequences.flatMap(({ text }) => comment(`! ${text}`, '     ')),
      ...(recipe.adds !== undefined ? comment('adds it to the policy in force, which it reads first', '     ') : []),
      ...(recipe.isValue === true || recipe.sids !== undefined || recipe.adds !== undefined
        ? []
        : comment(
            recipe.before === null ? `to \`${after}\`, which is new` : `to \`${after}\`, made from \`${before}\``,
            '     ',
          )),
    ]),
    ...(left.length === 0 ? [] : ['#', '# It does not make, and you have to:']),
    ...left.flatMap((step) => [
      ...comment(`${step.name}: ${step.does}; ${whyNot(step) ?? ''}`, '  - '),
      ...step.consequences.flatMap(({ text }) => comment(`! ${text}`, '     ')),
    ]),
    '#',
    ...firstChecks(placed).map((line) => `# ${line}`),
    '#',
    '#   bash fix.sh --check   check, and change nothing',
    '#   bash fix.sh           check, then change',
    ...optionsOf(placed).map(({ option }) =>
      shellComment(`  bash fix.sh ${option}   the same, if you accept the changes marked with ! above`),
    ),
    '#   bash fix.sh --undo    check each policy again, then undo the changes',
    '#',
    `# It uses your current credentials. To use a profile for an account: bash fix.sh ${labels.map((label) => `${label}=PROFILE`).join(' ')}`,
    '# It needs bash, the AWS CLI, node or python3, and the other files of this folder. It writes only temporary files.',
  ]
}

/** What the script checks before its first change, and what no check can rule out. */
function firstChecks(placed: readonly Placed[]): readonly string[] {
  const adds = placed.filter(({ recipe }) => recipe.adds !== undefined).length
  return [
    'It first checks each account and each policy. If a check fails, it stops, and nothing has been changed:',
    placed.every(({ account }) => account !== undefined)
      ? '  - the account: your credentials belong to it'
      : '  - the account: your credentials belong to it. If the account is not known, it only prints theirs',
    ...(adds < placed.length
      ? ['  - the policy: AWS still has what this fix was made from, or already what it results in']
      : []),
    ...(adds > 0 ? ['  - a policy that was not provided: it can be read, and may have the statement already'] : []),
    'A change that is already made is skipped. AWS has no lock for policies: a change by somebody else between the check',
    'and the change of this script can be overwritten.',
  ]
}

const MAX_COLUMNS = 116

/** A text as lines of a comment, each behind `#`. */
function comment(text: string, indent = ''): readonly string[] {
  const lines = ['']
  for (const word of safeLine(text).split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length + indent.length > MAX_COLUMNS) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.map((line, i) => shellComment(`${i === 0 ? indent : ' '.repeat(indent.length)}${line}`))
}

/** An option by which whoever runs the script accepts the consequences of one kind. */
interface YesOption {
  readonly option: string
  readonly variable: string
  readonly texts: readonly string[]
}

/** The options that the consequences of the changes ask for, each once. */
function optionsOf(placed: readonly Placed[]): readonly YesOption[] {
  const texts = new Map<ConsequenceKind, string[]>()
  for (const { kind, text } of placed.flatMap(({ consequences }) => consequences))
    texts.set(kind, [...(texts.get(kind) ?? []), text])
  return [...texts].map(([kind, all]) => ({
    option: `--yes-${kind}`,
    variable: `yes_${kind.replaceAll('-', '_')}`,
    texts: [...new Set(all)],
  }))
}

/** Stops before anything is read or changed, where a consequence was not accepted. */
const stopUnaccepted = (options: readonly YesOption[]): readonly string[] =>
  options.length === 0
    ? []
    : [
        '',
        '# Each of these changes does more than let the caller make the call.',
        'if [ "$mode" = change ]; then',
        ...options.flatMap(({ option, variable, texts }) =>
          texts.map(
            (text) =>
              `  [ -n "$${variable}" ] || stop ${shellWord(safeLine(`${text} If you accept that, run it with ${option}.`))}`,
          ),
        ),
        'fi',
        '',
      ]

/** Arguments of the script: its modes, what is accepted, and whose credentials are for which account. */
function argumentsOf(labels: readonly string[], placed: readonly Placed[]): string {
  const options = optionsOf(placed)
  const all = labels.map((label) => `${label}=PROFILE`).join(', ')
  return `mode=change
${[...labels.map((_, i) => `profile_${i + 1}=''`), ...options.map(({ variable }) => `${variable}=''`)].join('\n')}
for one in "$@"; do
  case $one in
    --check) mode=check ;;
    --undo) mode=undo ;;
${options.map(({ option, variable }) => `    ${option}) ${variable}=yes ;;\n`).join('')}${labels.map((label, i) => `    ${label}=?*) profile_${i + 1}=\${one#*=} ;;`).join('\n')}
    *) stop 'it takes ${['--check', '--undo', ...options.map(({ option }) => option)].join(', ')} and ${all}' ;;
  esac
done
${stopUnaccepted(options).join('\n')}
# The AWS CLI with the credentials for an account.
as() {
  case $1 in
${labels.map((label, i) => `    ${label}) profile=$profile_${i + 1} ;;`).join('\n')}
  esac
  shift
  if [ -n "$profile" ]; then "$@" --profile "$profile"; else "$@"; fi
}`
}

function functionsOf({ recipe, number, name, label, before }: Placed): string {
  const writing = scripted(label)
  // A document that was there is put in force again; what was added or set has a way back of its own.
  const isAdded = recipe.before === null || recipe.isValue === true || recipe.sids !== undefined
  const undo = isAdded ? recipe.undo : undefined
  return [
    shellComment(`${number}. ${name}`),
    functionOf(`exists_${number}`, recipe.exists ?? [], writing),
    functionOf(`read_${number}`, recipe.read, writing),
    functionOf(`put_${number}`, [...merged('add', recipe, number), ...recipe.put], writing),
    functionOf(`finish_${number}`, recipe.finish ?? [], writing),
    functionOf(
      `undo_${number}`,
      (recipe.adds === undefined ? undo : dropping(recipe, number, writing)) ??
        (isAdded ? NO_WAY_BACK : [`put_${number} "$here"/${shellWord(before)}`]),
      writing,
    ),
  ].join('\n')
}

const NO_WAY_BACK: readonly Line[] = ['say "  there was none before, and no command takes it away" >&2', 'return 1']

/** Lines that make the policy in force with the statements, or without them, the document that is put. */
function merged(verb: 'add' | 'drop', { adds }: Recipe, number: number): readonly string[] {
  if (adds === undefined) return []
  const made = `"$work/${number}.new.json"`
  return [
    `documents ${verb} "@$work/${number}.json" '' '' '' ${shellJson(adds)} >${made} || return`,
    ...(verb === 'add' ? [`set -- ${made}`] : []),
  ]
}

/** Lines that take added statements out of the policy in force; a policy that holds nothing else is taken away. */
function dropping(recipe: Recipe, number: number, writing: Writing): readonly Line[] {
  const made = `"$work/${number}.new.json"`
  return [
    ...merged('drop', recipe, number),
    `if [ "$(cat ${made})" = null ]; then`,
    ...(recipe.undo ?? NO_WAY_BACK).map((line) => ended(line, writing)),
    'else',
    `set -- ${made}`,
    ...recipe.put.map((line) => ended(line, writing)),
    'fi',
  ]
}

/** A function that ends with the first of its calls that fails, wherever it is called from. */
function functionOf(name: string, lines: readonly Line[], writing: Writing): string {
  if (lines.length === 0) return `${name}() { :; }`
  const body = lines.map((line) => `  ${ended(line, writing).replaceAll('\n', '\n  ')}`)
  return `${name}() {\n${body.join('\n')}\n}`
}

const ended = (line: Line, writing: Writing): string =>
  typeof line === 'string' ? line : `${lineText(line, writing)} || return`

function mainOf(placed: readonly Placed[], labels: readonly string[], steps: readonly Step[]): string {
  const more = steps.length - placed.length
  const name = ({ number, name: text }: Placed): string => shellWord(`${number}. ${safeLine(text)}`)
  return [
    '# Say what it will do, and look.',
    'if [ "$mode" = undo ]; then say "To be undone, last first:"; else say "To be changed:"; fi',
    ...placed.map((placed) => `say ${shellWord(planned(placed))}`),
    ...labels.map((label) => `caller ${label}`),
    ...placed.flatMap((placed) => [
      `look ${placed.number} ${name(placed)} ${shellWord(placed.recipe.none ?? '')} \\\n  ${expected(placed.recipe.before, placed.before, placed.recipe)} ${expected(placed.recipe.after, placed.after, placed.recipe)} ${shellJson(placed.recipe.sids ?? [])} ${shellJson(placed.recipe.adds ?? [])}`,
      `state_${placed.number}=$found`,
    ]),
    `if [ "$mode" = check ]; then say 'Nothing was changed.'; exit 0; fi`,
    '',
    '# Change, or put back in the opposite order.',
    'if [ "$mode" = undo ]; then',
    ...placed.toReversed().map((placed) => `  ${makeOf(placed, name(placed))}`),
    `  say 'All is as it was before.'`,
    '  exit 0',
    'fi',
    ...placed.map((placed) => makeOf(placed, name(placed))),
    `say ${shellWord(more === 0 ? 'Done. To undo it: the same command with --undo.' : `Done, but for ${more} that this script does not make: see its head. To undo it: the same command with --undo.`)}`,
  ].join('\n')
}

const planned = ({ number, name, label, does }: Placed): string =>
  safeLine(`  ${number}. ${/^\d/.test(label) ? `account ${label}` : label}: ${name}: ${does}`)

const makeOf = ({ number, after }: Placed, name: string): string =>
  `make ${number} "$state_${number}" ${name} "$here"/${shellWord(after)}`

/** A document by its file, a value as it is. */
function expected(value: unknown, file: string, { isValue, sids }: Recipe): string {
  if (value === undefined) return 'any'
  return value === null || isValue === true || sids !== undefined ? shellJson(value) : `@"$here"/${shellWord(file)}`
}
