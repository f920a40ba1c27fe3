import { jsonText } from '#quote/json.ts'
import { layerName, POLICY_LAYERS } from '#iam/layers.ts'
import type { StatementRef } from '#engine/statement-ref.ts'
import type { Difference } from '#suite/run.ts'
import type { FileRun, PlacedOutcome, SuiteRun } from '#suite/suite-run.ts'
import type { ShownFix } from '#fix/proof/fix.ts'
import { reasonOf, verdictName, worstOf } from '../layer-words.ts'
import { caseText, failureOf, refText } from './failure.ts'
import { sarifFixes } from './sarif-fix.ts'

type RuleId = `access-test/${Difference['kind'] | 'failed'}`

/** SARIF rules of access tests: id, name, and the text that code scanning shows. */
const RULES: readonly (readonly [id: RuleId, name: string, text: string])[] = [
  ['access-test/other-decision', 'WrongDecision', 'A request that must be allowed is denied, or the reverse.'],
  ['access-test/undetermined', 'Undetermined', 'Facts are missing, so nobody can say whether the request is allowed.'],
  ['access-test/other-layer', 'WrongLayer', 'The decision is as expected, but another policy layer makes it.'],
  ['access-test/other-statement', 'WrongStatement', 'The decision is as expected, but another statement makes it.'],
]

export interface SarifOptions {
  readonly version: string
  /** The smallest fix of a failed case, where there is one. */
  readonly fixes: ReadonlyMap<PlacedOutcome, ShownFix>
}

/**
 * SARIF 2.1.0 as GitHub code scanning takes it: a result for each failed case at the line of its entry, with the deciding
 * statements as related locations, every layer's verdict as a code flow, and a fix.
 * https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function suiteSarif({ files }: SuiteRun, options: SarifOptions): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'denytrace',
            semanticVersion: options.version,
            informationUri: 'https://www.npmjs.com/package/denytrace',
            rules: RULES.map(([id, name, text]) => ({
              id,
              name,
              shortDescription: { text },
              fullDescription: { text },
              help: { text: `${text} See docs/access-tests.md.` },
              defaultConfiguration: { level: 'error' },
              properties: { tags: ['security', 'iam'], 'problem.severity': 'error' },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true }],
        results: files.flatMap((file) =>
          file.outcomes.filter(({ passed }) => !passed).map((outcome) => resultOf(file, outcome, options)),
        ),
      },
    ],
  }
  return `${jsonText(log, 2)}\n`
}

function resultOf(run: FileRun, outcome: PlacedOutcome, { fixes }: SarifOptions) {
  const ruleId: RuleId = `access-test/${outcome.difference?.kind ?? 'failed'}`
  const { title, details } = failureOf(outcome)
  const fix = fixes.get(outcome)
  const sarif = fix === undefined ? [] : sarifFixes(fix)
  const related = outcome.by.flatMap((ref) => relatedOf(run, ref))
  const text = [`${outcome.case.name}: ${title}`, caseText(outcome), ...details]
  return {
    ruleId,
    ruleIndex: RULES.findIndex(([id]) => id === ruleId),
    level: 'error',
    message: { text: (fix === undefined ? text : [...text, `Fix: ${fix.title}`]).join('\n') },
    locations: [{ physicalLocation: place(run.file, outcome.line) }],
    ...(related.length === 0 ? {} : { relatedLocations: related.map((location, id) => ({ id, ...location })) }),
    codeFlows: [{ threadFlows: [{ locations: traceOf(run, outcome) }] }],
    partialFingerprints: { 'accessTest/v1': fingerprint(outcome) },
    ...(sarif.length === 0 ? {} : { fixes: sarif }),
  }
}

/** The fingerprint of a case: it stays when lines move. */
const fingerprint = ({ case: accessCase, request }: PlacedOutcome): string =>
  [
    accessCase.name,
    accessCase.expected,
    request.principal,
    request.action,
    String(request.resource),
    ...accessCase.contexts,
  ].join(' | ')

function relatedOf(run: FileRun, ref: StatementRef) {
  const { file, line } = ref
  if (file === undefined) return []
  return [{ physicalLocation: place(fileIn(run, file), line ?? 1), message: { text: refText(ref) } }]
}

/** Each layer in order: its verdict, why, and where its statement stands. */
function traceOf(run: FileRun, { decision, line, by }: PlacedOutcome) {
  return POLICY_LAYERS.flatMap((layer) => {
    const worst = worstOf(decision.layers.filter((entry) => entry.layer === layer))
    if (worst === undefined) return []
    const cited = by.find((ref) => ref.layer === layer && ref.file !== undefined)
    const where = cited?.file === undefined ? place(run.file, line) : place(fileIn(run, cited.file), cited.line ?? 1)
    const text = `${layerName(layer)}: ${verdictName(worst.verdict)}, ${reasonOf(decision, layer)}`
    return [{ location: { physicalLocation: where, message: { text } } }]
  })
}

const fileIn = ({ folder }: FileRun, file: string): string =>
  folder === undefined || file.startsWith('/') ? file : `${folder.replace(/\/$/, '')}/${file}`

const place = (file: string, line: number) => ({
  artifactLocation: file.startsWith('/')
    ? { uri: `file://${uriOf(file)}` }
    : { uri: uriOf(file), uriBaseId: '%SRCROOT%' },
  region: { startLine: line },
})

const uriOf = (path: string): string =>
  path
    .replace(/^\.\//, '')
    .replaceAll('\\', '/')
    .split('/')
    .map((step) => encodeURIComponent(step))
    .join('/')
