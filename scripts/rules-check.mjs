// Checks the form of docs/rules.md: every row has an id that stands in the section of its area and nowhere else,
// one sentence, and a source that is a page of AWS's or one of four words. Exits 1 with a line for each fault.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const page = process.argv[2] ?? fileURLToPath(new URL('../docs/rules.md', import.meta.url))

const areasOfSection = new Map([
  ['Requests', ['R-REQ']],
  ['Principals', ['R-PRIN']],
  ['Context keys', ['R-CTX']],
  ['What is not known', ['R-UNK']],
  ['Grammar', ['R-GRAM', 'R-QUOTA']],
  ['Actions', ['R-ACT']],
  ['Resources', ['R-RES']],
  ['Variables', ['R-VAR']],
  ['Principal element', ['R-PM']],
  ['Validation', ['R-VAL']],
  ['Condition operators', ['R-COND']],
  ['Evaluation', ['R-EVAL']],
  ['SCP', ['R-SCP']],
  ['RCP', ['R-RCP']],
  ['VPC endpoint', ['R-VPCE']],
  ['Cross-account', ['R-XACC']],
  ['Services/anonymous', ['R-SVC', 'R-ANON']],
  ['STS', ['R-STS']],
  ['PassRole', ['R-PASS']],
  ['KMS', ['R-KMS']],
  ['S3', ['R-S3']],
  ['Other services', ['R-OTH']],
  ['Naming', ['R-NAME']],
  ['A denial as evidence', ['R-EVID']],
  ['Fix', ['R-FIX']],
  ['Advice', ['R-ADV']],
  ['Messages', ['R-MSG']],
  ['CloudTrail', ['R-CT']],
  ['Hops', ['R-HOP', 'G']],
  ['Disagreements', ['X']],
])

const header = "| Rule | Says | AWS's page |"
const idForm = /^(R-[A-Z][A-Z0-9]{0,7}|G|X)-\d{2,3}[a-z]?$/
const linkForm = /^\[([^[\]]{1,80})\]\((https:\/\/[^\s()]{1,300})\)$/
const sourceWords = new Set(['design', 'undocumented', 'observed', 'secondary'])
const awsPages = ['https://docs.aws.amazon.com/', 'https://aws.amazon.com/']
const longestSentence = 220

function faultsOfSentence(sentence) {
  if (sentence === '') return ['has no sentence']
  const faults = []
  if (!sentence.endsWith('.')) faults.push('has a sentence without a full stop at its end')
  const endsInside = sentence.replaceAll(/`[^`]*`/g, '').match(/[.!?] +[A-Z]/)
  if (endsInside !== null) faults.push('says more than one sentence')
  if (sentence.length > longestSentence) {
    faults.push(`has a sentence of ${sentence.length} characters, where ${longestSentence} is the limit`)
  }
  return faults
}

function faultOfSource(source) {
  if (sourceWords.has(source)) return undefined
  const link = linkForm.exec(source)
  if (link === null)
    return `has the source "${source}", which is neither a link nor one of ${[...sourceWords].join(', ')}`
  return awsPages.some((start) => link[2].startsWith(start))
    ? undefined
    : `links ${link[2]}, which is not a page of AWS's`
}

function faultsOfSources(cell) {
  if (cell === '') return ['has no source']
  const sources = cell.split(', ')
  const faults = sources.map(faultOfSource).filter((fault) => fault !== undefined)
  if (new Set(sources).size !== sources.length) faults.push('gives the same source twice')
  return faults
}

function cellsOf(line) {
  return line
    .slice(1, -1)
    .split('|')
    .map((cell) => cell.trim())
}

function faultsOfRow(line, section, seen) {
  const cells = cellsOf(line)
  if (!line.endsWith('|') || cells.length !== 3) return ['has a table row that is not of three cells']
  const [id, sentence, sources] = cells
  const form = idForm.exec(id)
  if (form === null) return [`has "${id}" in the first column, which is not a rule id`]
  const faults = [...faultsOfSentence(sentence), ...faultsOfSources(sources)]
  if (!areasOfSection.get(section)?.includes(form[1])) faults.push(`stands under "${section}", not in its own section`)
  if (seen.has(id)) faults.push('is listed twice')
  seen.add(id)
  return faults.map((fault) => `${id} ${fault}`)
}

function faultsOfPage(text) {
  const seen = new Set()
  const sections = []
  const faults = []
  let inTable = false
  for (const [index, line] of text.split('\n').entries()) {
    const report = (fault) => faults.push(`line ${index + 1}: ${fault}`)
    if (line.startsWith('## ')) sections.push(line.slice(3))
    const opensTable = line.startsWith('|') && !inTable
    inTable = line.startsWith('|')
    if (opensTable && line !== header) report(`a table does not begin with ${header}`)
    if (opensTable || !inTable) continue
    if (!/^\|(?: -{3,} \|){3}$/.test(line)) faultsOfRow(line, sections.at(-1) ?? '', seen).forEach(report)
  }
  const expected = [...areasOfSection.keys()]
  if (sections.join('\n') !== expected.join('\n')) {
    faults.push(`the sections are not, in this order: ${expected.join(', ')}`)
  }
  for (const area of [...areasOfSection.values()].flat()) {
    const listed = [...seen].some((id) => id.startsWith(`${area}-`))
    if (!listed) faults.push(`no rule of the area ${area} is listed`)
  }
  const named = new Set(text.match(/\b(?:R-[A-Z][A-Z0-9]{0,7}|X)-\d{2,3}[a-z]?\b/g))
  for (const id of named) {
    if (!seen.has(id)) faults.push(`the page names ${id}, which it does not list`)
  }
  return { faults, rules: seen.size }
}

const { faults, rules } = faultsOfPage(readFileSync(page, 'utf8'))
if (faults.length > 0) {
  console.error(`docs/rules.md is not in order:\n${faults.map((fault) => `  ${fault}`).join('\n')}`)
  process.exitCode = 1
} else {
  console.log(`docs/rules.md is in order: ${rules} rules.`)
}
