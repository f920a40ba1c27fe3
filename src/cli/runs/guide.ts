import { checkCors } from '#app/cors-check.ts'
import { readInput } from '#app/files.ts'
import { recordedAnswers } from '#app/recorded-answers.ts'
import { findGuide, guideGroups, guideResult, writeGuideSite } from '#app/guide.ts'
import { toJson } from '#report/json.ts'
import { corsText } from '#report/text-cors.ts'
import { guideListText, guideText } from '#report/text-guide.ts'
import { UserError } from '../../errors.ts'
import { type Arguments, EXIT, type Io } from '../command.ts'
import type { GUIDE_OPTIONS } from '../guide-options.ts'
import { nearest } from '../nearest.ts'

type Args = Arguments<typeof GUIDE_OPTIONS>

export async function runGuide({ values, files }: Args, io: Io): Promise<number> {
  const [topic] = files
  const isJson = values.format === 'json'
  if (values.html !== undefined) {
    if (topic !== undefined)
      throw new UserError('usage/conflicting-options', '`--html` writes all pages', 'leave out the topic')
    const written = writeGuideSite(values.html)
    io.out(
      isJson ? toJson({ schemaVersion: 1, out: values.html, files: written }) : `${written} files in ${values.html}\n`,
    )
    return EXIT.ok
  }
  if (values.interactive) return (await import('./guide-interactive.ts')).runInteractive(topic, values, io)
  if (values.url !== undefined || values.origin !== undefined) return runCorsCheck(topic, values, io)
  const today = new Date().toISOString().slice(0, 10)
  if (topic === undefined) {
    const guides = guideGroups().flatMap(([, pages]) =>
      pages.map((page) => {
        const { kind, title, also, reviewed, stale } = guideResult(page, today)
        return { topic: page.topic, title, kind, also, reviewed, stale }
      }),
    )
    io.out(isJson ? toJson({ schemaVersion: 1, guides }) : guideListText(guideGroups(), io.page))
    return EXIT.ok
  }
  const page = findGuide(topic, nearest)
  io.out(isJson ? toJson(guideResult(page, today)) : guideText(page, io.page))
  return EXIT.ok
}

async function runCorsCheck(topic: string | undefined, values: Args['values'], io: Io): Promise<number> {
  const { url, origin, method, header: headers, credentials } = values
  if (topic !== 'cors')
    throw new UserError(
      'usage/conflicting-options',
      '`--url` and `--origin` are for the topic `cors`',
      'denytrace guide cors --url URL --origin ORIGIN',
    )
  if (url === undefined || origin === undefined)
    throw new UserError(
      'usage/missing-option',
      `there is no \`--${url === undefined ? 'url' : 'origin'}\``,
      'denytrace guide cors --url URL --origin ORIGIN',
    )
  const hint = 'give what `curl -si` printed: of the preflight, then of the request'
  const recorded = values.answers === undefined ? undefined : await readInput(values.answers, io.stdin, hint)
  const answers = recorded === undefined ? {} : { answers: recordedAnswers(recorded.text, recorded.name) }
  const report = await checkCors({ url, origin, method, headers, credentials, ...answers })
  io.out(values.format === 'json' ? toJson(report) : corsText(report, io.page))
  return report.passes ? EXIT.ok : EXIT.bad
}
