/** No advice names an option that the command lacks: hints, next commands, how to get a fact, and the pages. */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands.ts'
import { ROOT } from './run-cli.ts'
import { denytraceInside } from './run-inside.ts'

const optionsOf = new Map(COMMANDS.map((command) => [command.name, new Set(Object.keys(command.options))]))
const known = new Set([...optionsOf.values()].flatMap((names) => [...names]))

/** What is said on how to get a fact is read behind any of these. */
const FACT_COMMANDS = ['diagnose', 'fix', 'run', 'evaluate'] as const

/** Other programs, whose options are theirs. */
const OTHERS = /\b(?:aws|gcloud|git|npm|kubectl|terraform|curl|node|pip|sam|cdk|docker|opa|semgrep|promtool)\b/
/** Options of other programs that stand alone in a sentence. */
const FOREIGN = new Set(['recursive', 'marker', 'filter', 'template-stage', 'role-arn'])

/** A sentence, and no part of a command of AWS's that is put together elsewhere. */
const isSentence = (text: string): boolean =>
  !text.startsWith('--') && (text.match(/(?<![\w-])[a-z]{2,}(?![\w-])/g) ?? []).length > 4

const filesBelow = (folder: string, ending: string): readonly string[] =>
  (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith(ending) && !name.includes('.test.'))
    .map((name) => `${folder}/${name}`)

/** The texts in a source, each as it stands between its quotes; comments are left out. */
function textsIn(source: string): readonly string[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)].map(([, a, b, c]) =>
    (a ?? b ?? c ?? '').replaceAll('\\`', '`'),
  )
}

interface Named {
  readonly option: string
  /** The command of ours it stands behind; undefined: none. */
  readonly command: string | undefined
  readonly isForeign: boolean
}

/** Every `--option` of a text, with what it stands behind in the same sentence or code span. */
const optionsIn = (text: string): readonly Named[] =>
  [...text.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)].map(({ 1: option = '', index }) => {
    const before = text.slice(0, index).replaceAll('\\\n', ' ')
    const span = before.slice(
      Math.max(0, before.lastIndexOf('\n'), before.lastIndexOf('; '), before.lastIndexOf(', or --')),
    )
    const own = [...span.matchAll(/\bdenytrace ([a-z-]+)/g)].at(-1)
    const other = span.slice((own?.index ?? -1) + 1)
    return { option, command: own?.[1], isForeign: OTHERS.test(other) || FOREIGN.has(option) }
  })

describe('options in advice', () => {
  test('behind a command of ours are options of that command', () => {
    const wrong: string[] = []
    let seen = 0
    for (const file of [...filesBelow('src', '.ts'), ...filesBelow('web', '.ts'), ...filesBelow('web', '.tsx')])
      for (const text of textsIn(readFileSync(join(ROOT, file), 'utf8')))
        for (const { option, command, isForeign } of optionsIn(text)) {
          const names = optionsOf.get(command ?? '')
          if (names === undefined || isForeign) continue
          seen++
          if (!names.has(option)) wrong.push(`${file}: denytrace ${command} --${option}`)
        }
    assert.deepEqual(wrong, [])
    assert.ok(seen > 10, `only ${seen} were found`)
  })

  test('that stand alone are options of some command of ours', () => {
    const wrong: string[] = []
    const rooms = [
      'app',
      'collect',
      'store',
      'report',
      'http',
      'mcp',
      'import',
      'suite',
      'fix',
      'schemas',
      'ingest',
      'cli',
    ]
    for (const folder of [...rooms.map((room) => `src/${room}`), 'web'])
      for (const file of [...filesBelow(folder, '.ts'), ...filesBelow(folder, '.tsx')])
        for (const text of textsIn(readFileSync(join(ROOT, file), 'utf8')))
          for (const { option, command, isForeign } of optionsIn(text))
            if (command === undefined && !isForeign && text.includes(`\`--${option}`) && !known.has(option))
              wrong.push(`${file}: --${option}`)
    assert.deepEqual(wrong, [])
  })

  test('on how to get a fact are options of every command that says it', () => {
    const wrong: string[] = []
    let seen = 0
    for (const room of ['engine', 'diagnose', 'snapshot', 'lint'])
      for (const file of filesBelow(`src/${room}`, '.ts'))
        for (const text of textsIn(readFileSync(join(ROOT, file), 'utf8')))
          for (const { option, command, isForeign } of optionsIn(text)) {
            if (command !== undefined || isForeign || !isSentence(text) || option.startsWith('runbook-')) continue
            seen++
            for (const name of FACT_COMMANDS)
              if (optionsOf.get(name)?.has(option) !== true) wrong.push(`${file}: --${option} is no option of ${name}`)
          }
    assert.deepEqual(wrong, [])
    assert.ok(seen > 1, `only ${seen} were found`)
  })

  test('on the pages are options of the commands they stand behind', () => {
    const wrong: string[] = []
    let seen = 0
    for (const file of ['README.md', ...filesBelow('docs', '.md').filter((name) => name !== 'docs/decisions.md')]) {
      const lines = readFileSync(join(ROOT, file), 'utf8').replaceAll('\\\n', ' ').split('\n')
      for (const line of lines)
        for (const [, command = '', words = ''] of line.matchAll(/\bdenytrace ([a-z-]+)((?: [^`|\n]*)?)/g)) {
          const names = optionsOf.get(command)
          if (names === undefined) continue
          const own = words.split(/ -- | \| | # | && | {2,}/)[0] ?? ''
          for (const [, option = ''] of own.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)) {
            seen++
            if (!names.has(option)) wrong.push(`${file}: denytrace ${command} --${option}`)
          }
        }
    }
    assert.deepEqual(wrong, [])
    assert.ok(seen > 50, `only ${seen} were found`)
  })

  /** What is really printed for incidents of all kinds: commands put together out of parts stand in no source as they are. */
  test('in answers are options of the commands that they name', async () => {
    const wrong = new Set<string>()
    let seen = 0
    for (const words of answered())
      for (const command of ['diagnose', 'fix']) {
        const { out, err } = await denytraceInside([command, ...words])
        for (const named of commandsIn(`${out}\n${err}`)) {
          seen++
          const names = optionsOf.get(named.command)
          if (names === undefined || !named.options.every((option) => names.has(option)))
            wrong.add(`${command} ${words.join(' ')}: denytrace ${named.command} --${named.options.join(' --')}`)
        }
      }
    assert.deepEqual([...wrong], [])
    assert.ok(seen > 50, `only ${seen} were found`)
  })
})

/** Examples with their snapshots and alone, and recorded outputs of tools; in words at length, and as JSON. */
function answered(): readonly (readonly string[])[] {
  const denials = (readdirSync(join(ROOT, 'examples')) as string[]).filter((name) =>
    existsSync(join(ROOT, 'examples', name, 'denial.json')),
  )
  const runs = readdirSync(join(ROOT, 'test', 'samples', 'runs')).map((name) => `test/samples/runs/${name}/stderr.txt`)
  const inputs = [
    ...denials.map((name) => [`examples/${name}/denial.json`]),
    ...denials
      .filter((name) => existsSync(join(ROOT, 'examples', name, 'snapshot')))
      .map((name) => [`examples/${name}/denial.json`, '--snapshot', `examples/${name}/snapshot`]),
    ...runs.map((file) => [file]),
  ]
  return inputs.flatMap((words) => [words, [...words, '--verbose'], [...words, '--format', 'json']])
}

/** Commands of ours as they are printed: to the end of the line, the code span or the text in JSON; comments are none of them. */
const commandsIn = (text: string): readonly { readonly command: string; readonly options: readonly string[] }[] =>
  text.split('\n').flatMap((line) =>
    [...line.matchAll(/\bdenytrace ([a-z-]+)((?: [^`|\n]*)?)/g)].flatMap(([, command = '', words = '']) => {
      const own = words.split(/ -- | # | && | {3}\(|", | \(/)[0] ?? ''
      const options = [...own.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)].map(([, option = '']) => option)
      return options.length === 0 ? [] : [{ command, options }]
    }),
  )
