/** Sets that must be equal, and habits that must hold in every file: code, tests and pages (ADR 0005). */
import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { test } from 'node:test'
import { POLICY_LAYERS } from '#iam/layers.ts'
import { LAYERS } from '#engine/evaluate-layers.ts'
import { SERVICE_RULES } from '#engine/services/registry.ts'
import { CODES } from '../src/errors.ts'
import { codeText } from './code-text.ts'
import { ROWS } from './spec/decision-rows.ts'

const ROOT = join(import.meta.dirname, '..')
const NOT_OURS = new Set([
  'node_modules',
  '.git',
  'dist',
  '.built-tests',
  'coverage',
  'types',
  '.mutate',
  '.stryker-tmp',
])
const TEXT = /\.(?:ts|mjs|js|json|md|txt|ya?ml)$|(?:^|\/)(?:\.ci\/run|LICENSE|NOTICE|\.npmrc|\.gitignore)$/

/** Paths from the root, of every text file that belongs to the house. */
const FILES: readonly string[] = filesIn(ROOT)

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return []
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    const name = relative(ROOT, path)
    return TEXT.test(name) ? [name] : []
  })
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const pagesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .toSorted()
const under = (...folders: string[]): readonly string[] =>
  FILES.filter((file) => file.endsWith('.ts') && folders.some((folder) => file.startsWith(folder)))

test('every policy layer has its page, and there is no page without a layer', () => {
  assert.deepEqual(pagesIn('docs/layers'), [...POLICY_LAYERS].toSorted())
})

test('every policy layer has a file of its name that says where AWS describes it', () => {
  for (const layer of POLICY_LAYERS) {
    const file = `src/engine/layers/${layer}.ts`
    assert.ok(existsSync(join(ROOT, file)), `${file} is missing`)
    assert.ok(read(file).includes(`const layer = '${layer}'`), `${file} is not the layer ${layer}`)
  }
})

test('the layers are judged in the order in which they are listed everywhere', () => {
  assert.deepEqual(
    LAYERS.map((layer) => layer.name),
    [...POLICY_LAYERS],
  )
})

test('every service with rules of its own has a page and a file, and there is no page without one', () => {
  assert.deepEqual(pagesIn('docs/services'), SERVICE_RULES.map((rule) => rule.service).toSorted())
  for (const { service } of SERVICE_RULES) {
    const files = under('src/engine/services/').filter((file) => read(file).includes(`service: '${service}'`))
    assert.equal(
      files.length,
      1,
      `the rule of ${service} is to stand in one file, not in ${files.join(', ') || 'none'}`,
    )
  }
})

test('every page of a layer or service has the headings of all others, in the same order', () => {
  const want = ['Rule', "AWS's pages", 'Rules by id', 'Exemptions', 'Known gaps', 'Cases']
  for (const folder of ['docs/layers', 'docs/services'])
    for (const page of pagesIn(folder)) {
      const headings = [...read(`${folder}/${page}.md`).matchAll(/^## (.+)$/gm)].map((match) => match[1])
      assert.deepEqual(headings, want, `${folder}/${page}.md`)
    }
})

test('the page of a layer or service links the page of AWS that its code links', () => {
  const rules = [
    ...LAYERS.map(({ name, docs }) => [`docs/layers/${name}.md`, docs] as const),
    ...SERVICE_RULES.map(({ service, docs }) => [`docs/services/${service}.md`, docs] as const),
  ]
  for (const [page, docs] of rules) assert.ok(read(page).includes(docs), `${page} does not link ${docs}`)
})

test('every case that a page of a layer or service names is a row of the decision table', () => {
  const rows = new Set(ROWS.map((row) => row.id))
  for (const folder of ['docs/layers', 'docs/services'])
    for (const page of pagesIn(folder))
      for (const [id] of read(`${folder}/${page}.md`).matchAll(/\bH-\d{3}[a-z]?\b/g))
        assert.ok(rows.has(id), `${folder}/${page}.md names ${id}, which is no row`)
})

/** Codes in the first column of the table. */
const codesOnPage = (): readonly string[] =>
  [...read('docs/messages.md').matchAll(/^\| `([a-z-]+\/[a-z-]+)` \|/gm)].map((match) => match[1] ?? '')

test('every error code has a row in docs/messages.md, in alphabetical order, and every row is a code', () => {
  assert.deepEqual(codesOnPage(), [...CODES].toSorted())
})

test('every error code that the source spells out is one of the listed codes', () => {
  const listed: ReadonlySet<string> = new Set(CODES)
  const used = under('src/')
    .filter((file) => !file.endsWith('.test.ts') && file !== 'src/errors.ts')
    .flatMap((file) =>
      [...read(file).matchAll(/(?:\bUserError\(|\bcode:)\s{0,40}'([a-z-]{1,40}\/[a-z-]{1,60})'/g)].map(
        (match) => [file, match[1] ?? ''] as const,
      ),
    )
  for (const [file, code] of used)
    assert.ok(listed.has(code), `${file} uses ${code}, which src/errors.ts does not list`)
})

test("every link to AWS's documentation in the engine is on the list of pages read, with a date", () => {
  const dated = new Map(
    [...read('docs/aws-pages.md').matchAll(/^\| (https:\/\/\S+) \| (\d{4}-\d{2}(?:-\d{2})?) \|/gm)].map((match) => [
      match[1] ?? '',
      match[2] ?? '',
    ]),
  )
  for (const { docs } of [...LAYERS, ...SERVICE_RULES]) {
    assert.ok(docs.startsWith('https://docs.aws.amazon.com/'), `${docs} is not a page of AWS's documentation`)
    assert.ok(dated.has(docs), `docs/aws-pages.md does not list ${docs}`)
  }
  for (const date of dated.values()) assert.ok(!Number.isNaN(Date.parse(date)), `${date} is no date`)
})

test('every file under layers/ and services/ links only pages that are listed', () => {
  const page = read('docs/aws-pages.md')
  for (const file of under('src/engine/layers/', 'src/engine/services/', 'src/iam/condition/'))
    for (const [link] of read(file).matchAll(/https:\/\/docs\.aws\.amazon\.com\/[^\s'"`)|]+/g))
      assert.ok(
        page.includes(`| ${link.replace(/[.,;]$/, '')} |`),
        `${file} links ${link}: list it in docs/aws-pages.md`,
      )
})

test('every rule that code, tests or pages cite is in docs/rules.md', () => {
  const listed = new Set(
    [...read('docs/rules.md').matchAll(/^\| ([RGX]-[A-Z0-9-]+[a-z]?) \|/gm)].map((m) => m[1] ?? ''),
  )
  assert.ok(listed.size > 100, 'the rules of docs/rules.md were not read')
  const pages = FILES.filter((file) => file.endsWith('.md') && file !== 'docs/rules.md')
  const unknown = [...under('src/', 'test/', 'scripts/'), ...pages]
    .filter((file) => file !== 'test/house.test.ts')
    .flatMap((file) =>
      [...read(file).matchAll(/\b(?:R-[A-Z][A-Z0-9]{1,7}|G|X)-\d{2,3}(?:[a-z]\b)?/g)]
        .map((match) => match[0])
        .filter((id) => !listed.has(id) && !listed.has(id.replace(/[a-z]$/, '')))
        .map((id) => `${file} cites ${id}`),
    )
  assert.deepEqual([...new Set(unknown)], [])
})

test('no file names a path of one machine, or a host that packages are fetched from', () => {
  // Put together here, so that this file does not name them either.
  const folders = ['work', 'home', 'root', 'Users', 'tmp']
  const paths = folders.map((name) => new RegExp(`(?<![\\w.~}*-])/${name}/[a-z]`))
  const words = [['..', 'shared'].join('/'), ['registry', 'npmjs'].join('.'), ['C:', 'Users'].join('\\')]
  const named = FILES.filter((file) => !file.endsWith('package-lock.json') && !isSample(file)).flatMap((file) => {
    const text = read(file)
    return [
      ...paths.filter((path) => path.test(text)).map((path) => `${file}: ${path.source}`),
      ...words.filter((word) => text.includes(word)).map((word) => `${file}: ${word}`),
    ]
  })
  assert.deepEqual(named, [])
})

const isSample = (file: string): boolean => file.startsWith('test/samples/') || file.startsWith('src/iam/facts/data/')

test('every package of package.json has a row in docs/dependencies.md with its version, and every row is one', () => {
  const manifest = JSON.parse(read('package.json')) as Record<
    'dependencies' | 'devDependencies',
    Record<string, string>
  >
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  const rows = [...read('docs/dependencies.md').matchAll(/^\| `([@\w./-]+)` \| ([\d.]+(?:-r\.\d+)?) \|/gm)]
  assert.deepEqual(Object.fromEntries(rows.map((row) => [row[1], row[2]])), wanted)
})

test('every version in package.json is pinned, so that a fresh clone gets what was tested', () => {
  const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string> | undefined>
  for (const kind of ['dependencies', 'devDependencies'])
    for (const [name, version] of Object.entries(manifest[kind] ?? {}))
      assert.match(version, /^\d+\.\d+\.\d+(?:-r\.\d+)?$/, `${name} is not pinned`)
})

test('every number of a decision is in one heading, followed by its date', () => {
  const text = read('docs/decisions.md')
  const entries = [...text.matchAll(/^### ((?:\d{4}(?:, )?)+) .+\n\n(.*)/gm)]
  const numbers = entries.flatMap(([, list = '']) => list.split(', ')).toSorted()
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => String(i + 1).padStart(4, '0')),
  )
  assert.ok(numbers.length > 60 && entries.length === (text.match(/^### /gm) ?? []).length)
  for (const [heading, , first = ''] of entries) assert.match(first, /^\d{4}-\d{2}-\d{2}(?:, | to |\. )/, heading)
})

/** Rooms whose variables, parameters and properties are called by what they hold. */
const NAMED_ROOMS = ['engine', 'prove', 'fix', 'app', 'diagnose', 'report'].map((room) => `src/${room}/`)

/** Names in code that say nothing of what they hold: behind a dot it is another's property, but behind `...` it is a name. */
const emptyNames = (code: string): readonly string[] =>
  [...code.matchAll(/(?<![\w$]|(?<!\.\.)\.)(?:one|asked|given|told)\b(?!\$)/g)].map(([name]) => name)

const emptyTypes = (code: string): readonly string[] =>
  [...code.matchAll(/\b(?:interface|type|class|enum)\s+(Asked|Given|Held|Told|Seen|Known|Place)\b/g)].map(
    (match) => match[1] ?? '',
  )

test('the walk names what it holds, and no type is called by a word that fits all', () => {
  const sins = under('src/').flatMap((file) => {
    const { bare } = codeText(read(file))
    const names = NAMED_ROOMS.some((room) => file.startsWith(room)) ? emptyNames(bare) : []
    return [...names, ...emptyTypes(bare)].map((name) => `${file}: ${name}`)
  })
  assert.deepEqual(sins, [])
})

test('a name that fits all is found wherever it is bound, and not in words, comments or behind a dot', () => {
  const bare = (source: string): string => codeText(source).bare
  for (const source of [
    'const one = 1',
    'for (const told of list) run()',
    'const { asked, rest } = options',
    'const { x: given } = options',
    'list.map((one) => 1)',
    'function f(a: string, ...given: string[]) {}',
    'interface Options { readonly told: string }',
    'const text = `a ${one}`',
    'run([...asked])',
  ])
    assert.equal(emptyNames(bare(source)).length, 1, source)
  for (const source of ["say('one given')", '// one of those told', 'call.given + oneOf + isAsked', '/one/.test(x)'])
    assert.deepEqual(emptyNames(bare(source)), [], source)
  assert.deepEqual(emptyTypes(bare('export interface Held {}\ntype Place = string')), ['Held', 'Place'])
  assert.deepEqual(emptyTypes(bare("interface HeldLock {} // type Known\nsay('type Asked')")), [])
})
