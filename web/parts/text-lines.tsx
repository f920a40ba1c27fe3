import type { Marked } from '../answer/marks.ts'
import type { WhyLine } from '../answer/why-lines.ts'

const MarkedText = ({ value }: { readonly value: Marked }) => (
  <>
    {value.before}
    {value.mark === '' ? null : <mark>{value.mark}</mark>}
    {value.after}
  </>
)

/** A line of JSON with its key in a quieter colour, and what decides marked. */
export function JsonLine({
  text,
  mark = '',
  tone = '',
}: {
  readonly text: string
  readonly mark?: string
  readonly tone?: string
}) {
  const [, space = '', key = '', rest = text] = /^(\s{0,200})("[\w:-]{1,80}":)(.{0,4000})$/.exec(text) ?? []
  const at = mark === '' ? -1 : rest.indexOf(mark)
  const inKey = mark === '' || at >= 0 ? -1 : key.indexOf(mark)
  const cut = (whole: string, from: number) =>
    from < 0 ? (
      whole
    ) : (
      <>
        {whole.slice(0, from)}
        <mark class={tone}>{mark}</mark>
        {whole.slice(from + mark.length)}
      </>
    )
  return (
    <>
      {space}
      {key === '' ? null : <span class="key">{cut(key, inKey)}</span>}
      {cut(rest, at)}
    </>
  )
}

/** A line of a policy with what decides in it, or what of the request is held against it. */
export function OneLine({ line, onWhole }: { readonly line: WhyLine; readonly onWhole: () => void }) {
  if (line.kind === 'gap')
    return (
      <div class="l gap">
        <span class="no" aria-hidden="true">
          ⋯
        </span>
        <span class="tx">
          <button type="button" class="quiet" onClick={onWhole}>
            {line.words}
          </button>
        </span>
      </div>
    )
  if (line.kind === 'request')
    return (
      <div class={`l req${line.isOpen ? ' open' : ''}`}>
        <span class="no" />
        <span class="tx">
          <span class="lab">the request</span>
          <MarkedText value={line.value} />
        </span>
      </div>
    )
  const { number, text, mark, tone, note } = line
  return (
    <div class={`l${tone === undefined ? '' : ` hit${tone === 'open' ? ' open' : ''}`}`}>
      <span class="no" aria-hidden="true">
        {number}
      </span>
      <span class="tx">
        <JsonLine text={text} {...(mark === undefined ? {} : { mark })} />
      </span>
      {note === undefined ? null : (
        <span class={`nt ${note.is}`}>
          {note.is === 'value' || note.is === 'open' ? <span class="vh">the request: </span> : null}
          {note.is === 'value' ? <span class="val">{note.text}</span> : note.text}
        </span>
      )}
    </div>
  )
}
