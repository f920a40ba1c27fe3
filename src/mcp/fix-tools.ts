import { type DiagnosisSearch, draftsFor, shownResult, wholeFixOf, wholeResult } from '#app/diagnose.ts'
import { fixLines, oneFix } from '#report/text-fixes.ts'
import { comparisonText } from '#report/text-compare.ts'
import { decisionText } from '#report/text-decision.ts'
import { UserError } from '../errors.ts'
import type { WorkTool } from './tool.ts'
import { type Ask, PAGE } from './ask.ts'
import { DIAGNOSED, PART, VERIFIED } from './fields.ts'

/** The fixes of a denial alone: a diagnosis holds them too, beside much else. */
export const proposeFixes: WorkTool = {
  name: 'propose_fixes',
  title: 'Propose the smallest fixes',
  description:
    'Fixes for every layer that denies the call or what it needs next, narrowest first, each replayed on the changed policies and with a proof of what else it grants, as patch, diff, Terraform and AWS CLI text; without policies a draft from the message, not replayed and not proved. Nothing is applied.',
  fields: { ...DIAGNOSED, ...PART },
  work: async (args, { ask, notice }) => {
    notice('evaluates every layer, and replays what may fix it')
    const searched = await ask.search(args)
    notice('proves the fixes')
    const proposals = wholeResult(searched).diagnoses.map((diagnosis) => ({
      denial: {
        principal: diagnosis.denial.principal,
        action: diagnosis.denial.action,
        resource: diagnosis.denial.resource,
      },
      status: diagnosis.status,
      summary: diagnosis.summary,
      fixes: diagnosis.fixes,
      whatNotToDo: diagnosis.whatNotToDo,
      verify: diagnosis.verify,
    }))
    const lines = shownResult(searched).diagnoses.flatMap((diagnosis) => [
      diagnosis.summary,
      '',
      ...fixLines(diagnosis, PAGE),
      '',
    ])
    return { text: lines.join('\n'), result: { schemaVersion: 1, proposals } }
  },
}

/** A fix is verified on paper: replayed, and compared with what was in force. */
export const verifyFix: WorkTool = {
  name: 'verify_fix',
  title: 'Verify a fix on paper',
  description:
    'Whether a fix cures the denial and nothing else. Give the denial and `fix`, the id of a proposed one: its replay and proof. Or give `scenario` (before) and `after` (the same scenario with changed policies): both are judged with the whole chain and compared.',
  fields: { ...VERIFIED, ...PART },
  work: async (args, { ask, notice }) => {
    notice('replays the change')
    const { fix: id, after, scenario, ...evidence } = args
    if (after !== undefined) return verifyScenarios(ask, scenario, after)
    if (id === undefined)
      throw new UserError('batch/missing-field', 'there is neither `fix` nor `after`', 'give one of the two')
    const asked = scenario === undefined ? evidence : { ...evidence, scenario }
    const { searches } = await ask.search(asked)
    const found = searches.flatMap((searched) => {
      const plan = searched.search.all().find((each) => each.id === id)
      return plan === undefined ? [] : [{ searched, ...wholeFixOf(plan, searched) }]
    })
    const [verified] = found
    if (verified === undefined || verified.json.basis === 'message') throw notVerified(String(id), searches)
    const { fix, json, searched } = verified
    const result = {
      schemaVersion: 1,
      fix: fix.id,
      title: fix.title,
      replay: fix.replay,
      proof: fix.proof,
      changes: json.changes,
    }
    return { text: oneFix(fix, searched.diagnosis.steps, PAGE).join('\n'), result }
  },
}

/** Why a fix has no replay and no proof: it is a draft, or there is none of that id. */
function notVerified(id: string, searches: readonly DiagnosisSearch[]): UserError {
  const plans = searches.flatMap(({ search }) => search.all().map((plan) => plan.id))
  const drafts = searches.flatMap((searched) => draftsFor(searched).map((draft) => draft.id))
  if ([...plans, ...drafts].includes(id))
    return new UserError(
      'usage/not-a-value',
      `\`${id}\` is drafted from AWS's words: there is no policy to replay it on`,
      'give `files`, `scenario` or `snapshot`',
    )
  const ids = [...new Set(plans)].slice(0, 6).map((each) => `\`${each}\``)
  const hint = ids.length === 0 ? 'no fix was found for it' : `there are ${ids.join(', ')}`
  return new UserError('usage/not-a-value', `there is no fix \`${id}\``, hint)
}

type Decision = Parameters<typeof decisionText>[1]

async function verifyScenarios(ask: Ask, before: unknown, after: unknown) {
  if (before === undefined)
    throw new UserError(
      'batch/missing-field',
      'there is no `scenario` to compare with',
      'give the one before the change',
    )
  const was = (await ask.answer('evaluate', { scenario: before, chain: true })) as Decision
  const is = (await ask.answer('evaluate', { scenario: after, chain: true })) as Decision
  const comparison = (await ask.answer('compare', { old: before, new: after })) as Parameters<typeof comparisonText>[0]
  const all = [is.decision, ...(is.steps ?? []).map(({ decision }) => decision.decision)]
  const cured = all.every((one) => one === 'allowed') ? true : all.includes('denied') ? false : null
  const told = cured === null ? 'not known: a fact is missing' : cured ? 'cured' : 'still refused'
  return {
    text: `${told}: ${was.decision} before, ${all.join(', ')} after\n${comparisonText(comparison, PAGE)}`,
    result: { schemaVersion: 1, cured, before: was, after: is, comparison },
  }
}
