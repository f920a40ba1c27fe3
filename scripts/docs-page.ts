/** What a page of Markdown promises: commands with their output, links, headings. Text in, values out. */

export interface ConsoleCommand {
  readonly command: string
  /** Lines under the command, as the page shows them; a line of `…` stands for any lines. */
  readonly output: readonly string[]
  readonly exit: number
  /** Index of the first and one past the last line of `output` in the page; the `# exit N` line is not in it. */
  readonly from: number
  readonly to: number
}

export interface Link {
  readonly line: number
  readonly target: string
}

const FENCE = /^\s{0,3}(`{3,}|~{3,})\s*([\w-]*)/
const EXIT = /^# exit (\d{1,3})$/

/** The lines of every fenced block, with its language. */
function blocks(lines: readonly string[]): { readonly language: string; readonly from: number; readonly to: number }[] {
  const found: { language: string; from: number; to: number }[] = []
  let open: { fence: string; language: string; from: number } | undefined
  lines.forEach((line, i) => {
    const [, fence = '', language = ''] = FENCE.exec(line) ?? []
    if (open === undefined) {
      if (fence !== '') open = { fence, language, from: i + 1 }
    } else if (fence.startsWith(open.fence) && language === '') {
      found.push({ language: open.language, from: open.from, to: i })
      open = undefined
    }
  })
  return found
}

/** The commands of all `console` blocks: a line `$ …`, its output, and `# exit N` where it does not end with 0. */
export function consoleCommands(text: string): readonly ConsoleCommand[] {
  const lines = text.split('\n')
  return blocks(lines)
    .filter((block) => block.language === 'console')
    .flatMap((block) => commandsOf(lines, block.from, block.to))
}

function commandsOf(lines: readonly string[], from: number, to: number): ConsoleCommand[] {
  const commands: ConsoleCommand[] = []
  let at = from
  while (at < to) {
    let command = lines[at] ?? ''
    at++
    if (!command.startsWith('$ ')) continue
    command = command.slice(2)
    while (command.endsWith('\\') && at < to)
      command = `${command.slice(0, -1).trimEnd()} ${(lines[at++] ?? '').trim()}`
    const start = at
    while (at < to && !(lines[at] ?? '').startsWith('$ ')) at++
    let end = at
    while (end > start && lines[end - 1]?.trim() === '') end--
    const exit = EXIT.exec(lines[end - 1] ?? '')?.[1]
    if (exit !== undefined && end > start) end--
    commands.push({ command, output: lines.slice(start, end), exit: Number(exit ?? 0), from: start, to: end })
  }
  return commands
}

const INLINE = /!?\[[^\]\n]{0,300}\]\(([^()\s]{1,500})(?:\s+"[^"\n]{0,200}")?\)/g
const REFERENCE = /^\[[^\]\n]{1,100}\]:\s+(\S{1,500})/

/** Links of the prose; what stands in code is no link. */
export function linksOf(text: string): readonly Link[] {
  const lines = proseLines(text)
  return lines.flatMap((line, i) => {
    const plain = line.replaceAll(/`[^`]*`/g, '``')
    const targets = [...plain.matchAll(INLINE)].map((match) => match[1] ?? '')
    const reference = REFERENCE.exec(plain)?.[1]
    return [...targets, ...(reference === undefined ? [] : [reference])].map((target) => ({ line: i + 1, target }))
  })
}

/** The anchors that a page offers, as code hosts make them from headings. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const line of proseLines(text)) {
    const heading = /^#{1,6}\s+(.+)$/.exec(line)?.[1]
    if (heading === undefined) continue
    const slug = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-')
    let unique = slug
    for (let n = 1; anchors.has(unique); n++) unique = `${slug}-${n}`
    anchors.add(unique)
  }
  return anchors
}

function proseLines(text: string): readonly string[] {
  const lines = text.split('\n')
  for (const { from, to } of blocks(lines)) for (let i = from; i < to; i++) lines[i] = ''
  return lines
}

/** Whether the output is what the page shows. A line of `…` alone stands for any number of lines. */
export function sameOutput(shown: readonly string[], printed: readonly string[]): boolean {
  const want = shown.map((line) => line.trimEnd())
  const got = printed.map((line) => line.trimEnd())
  let [w, g, resume, kept] = [0, 0, -1, 0]
  while (g < got.length) {
    if (want[w]?.trim() === '…') {
      resume = ++w
      kept = g
    } else if (w < want.length && want[w] === got[g]) {
      w++
      g++
    } else if (resume >= 0) {
      w = resume
      g = ++kept
    } else return false
  }
  while (want[w]?.trim() === '…') w++
  return w === want.length
}

/** The page with the output of some commands replaced; the others stay as they are. */
export function withOutputs(text: string, replaced: ReadonlyMap<ConsoleCommand, Printed>): string {
  const lines = text.split('\n')
  for (const [command, { output, exit }] of [...replaced].toReversed()) {
    const had = EXIT.test(lines[command.to] ?? '') ? 1 : 0
    lines.splice(command.from, command.to - command.from + had, ...output, ...(exit === 0 ? [] : [`# exit ${exit}`]))
  }
  return lines.join('\n')
}

export interface Printed {
  readonly output: readonly string[]
  readonly exit: number
}
