import { useEffect, useRef, useState } from 'preact/hooks'
import type { SuggestAnswer } from '#http/wire.ts'
import { ask } from '../ask.ts'

/** A field that is filled by typing a few letters: what the snapshot or AWS's actions hold is offered, and anything may stand in it. */
export function Combobox(props: {
  readonly id: string
  readonly label: string
  readonly of: 'principal' | 'action' | 'resource'
  readonly value: string
  readonly snapshot: string | undefined
  readonly placeholder: string
  readonly onChange: (value: string) => void
}) {
  const { id, label, of, value, snapshot, placeholder, onChange } = props
  const [isOpen, setOpen] = useState(false)
  // By its value: what is offered may change between two keys, and what was meant does not.
  const [marked, setMarked] = useState<string>()
  const { suggestions, more } = useSuggestions(of, value, snapshot, isOpen)
  const at = suggestions.findIndex((one) => one.value === marked)
  const choose = (chosen: string): void => {
    onChange(chosen)
    setMarked(undefined)
    // A service alone goes on with its actions.
    setOpen(chosen.endsWith(':'))
  }
  const move = (event: KeyboardEvent): void => {
    const chosen = suggestions[at]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setOpen(true)
      const step = event.key === 'ArrowDown' ? 1 : -1
      setMarked(suggestions.at((at < 0 && step < 0 ? step : at + step) % suggestions.length)?.value)
    } else if (event.key === 'Escape') {
      event.stopPropagation()
      setOpen(false)
    } else if (isOpen && chosen !== undefined && (event.key === 'Enter' || event.key === 'Tab')) {
      if (event.key === 'Enter') event.preventDefault()
      choose(chosen.value)
    }
  }
  const isShown = isOpen && suggestions.length > 0
  return (
    <div class="combo">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        role="combobox"
        spellcheck={false}
        autocomplete="off"
        aria-expanded={isShown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={isShown && at >= 0 ? `${id}-${at}` : undefined}
        placeholder={placeholder}
        value={value}
        onInput={(event) => {
          onChange(event.currentTarget.value)
          setOpen(true)
          setMarked(undefined)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setTimeout(() => setOpen(false), 120)}
        onKeyDown={move}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} hidden={!isShown}>
        {suggestions.map((one, i) => (
          <li
            key={one.value}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === at}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(one.value)}
          >
            <code>
              <Found text={one.value} typed={value} />
            </code>
            <span class="muted">{one.note}</span>
          </li>
        ))}
        {more > 0 ? (
          <li class="more muted" role="presentation">
            {more} more: type on
          </li>
        ) : null}
      </ul>
    </div>
  )
}

/** The letters that were typed, marked. */
function Found({ text, typed }: { readonly text: string; readonly typed: string }) {
  const from = typed === '' ? -1 : text.toLowerCase().indexOf(typed.toLowerCase())
  if (from < 0) return <>{text}</>
  return (
    <>
      {text.slice(0, from)}
      <mark class="a">{text.slice(from, from + typed.length)}</mark>
      {text.slice(from + typed.length)}
    </>
  )
}

const NOTHING: SuggestAnswer = { schemaVersion: 1, suggestions: [], more: 0 }
const PAUSE = 80

/** What is offered for the letters; a late answer to fewer letters is dropped, and of an earlier answer only what holds them is offered. */
function useSuggestions(
  of: string,
  typed: string,
  snapshot: string | undefined,
  isOpen: boolean,
): Pick<SuggestAnswer, 'suggestions' | 'more'> {
  const [offered, setOffered] = useState({ answer: NOTHING, to: '' })
  const turn = useRef(0)
  useEffect(() => {
    const mine = ++turn.current
    if (!isOpen) return undefined
    const timer = setTimeout(
      () =>
        void ask<SuggestAnswer>('/api/suggest', {
          of,
          text: typed,
          ...(snapshot === undefined ? {} : { snapshot }),
        }).then((found) => {
          if (mine === turn.current) setOffered({ answer: found.ok ? found.value : NOTHING, to: typed })
        }),
      PAUSE,
    )
    return () => clearTimeout(timer)
  }, [of, typed, snapshot, isOpen])
  if (offered.to === typed) return offered.answer
  const letters = typed.toLowerCase()
  return { suggestions: offered.answer.suggestions.filter((one) => one.value.toLowerCase().includes(letters)), more: 0 }
}
