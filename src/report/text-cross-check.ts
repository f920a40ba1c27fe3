import type { CrossCheck } from '#fix/cross-check/cross-check.ts'
import { block, type Page, paint } from './page.ts'

/** Lines of what AWS's own evaluators say beside us: each answer, and why it differs where it does. */
export function crossCheckLines(checks: readonly CrossCheck[] | undefined, page: Page): string[] {
  if (checks === undefined) return []
  if (checks.length === 0) return ['Asked AWS', '  nothing: there was no question that it could answer']
  return ['Asked AWS', ...checks.flatMap((check) => checkLines(check, page))]
}

function checkLines(check: CrossCheck, page: Page): string[] {
  const { call, sent, answer, ours, agrees, explanation, limits } = check
  const [word, color] = agrees === null ? (['unclear', 'yellow'] as const) : agrees ? AGREES : DISAGREES
  const about = [sent?.action, sent?.resource].filter((text) => text !== undefined).join(' on ')
  const said = answer === null ? 'no answer' : `${answer}, here ${ours ?? 'not certain'}`
  const [first = '', ...rest] = block(page, `  ${word}`, 13, `${call}${about === '' ? '' : ` ${about}`}: ${said}`)
  return [
    `  ${paint(page, color, word)}${first.slice(word.length + 2)}`,
    ...rest,
    ...block(page, ' '.repeat(13), 13, explanation),
    ...limits.flatMap(({ text, source }) => block(page, ' '.repeat(13), 15, `${text} ${source}`)),
  ]
}

const AGREES = ['agrees', 'green'] as const
const DISAGREES = ['disagrees', 'red'] as const
