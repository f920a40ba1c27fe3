import type { ComponentChildren } from 'preact'
import type { Sentence } from '../answer/say.ts'

/** A sentence with its backticks as code. Everything that comes from a policy or a message is text, never markup. */
export const Prose = ({ text }: { readonly text: string }) => (
  <>{text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>
)

/** The sentence of an answer, with what decides in its colour. */
export const Say = ({ sentence }: { readonly sentence: Sentence }) => (
  <>
    {sentence.map(({ text, isCode, tone }, i) =>
      isCode === true ? (
        <code key={i} class={tone ?? ''}>
          {text}
        </code>
      ) : tone === undefined ? (
        text
      ) : (
        <span key={i} class={tone}>
          {text}
        </span>
      ),
    )}
  </>
)

export const Sign = ({ of, kind }: { readonly of: string; readonly kind: string }) => (
  <span class={`sign ${kind}`} aria-hidden="true">
    {of}
  </span>
)

export const Panel = (props: {
  readonly title: string
  readonly id?: string
  readonly aside?: ComponentChildren
  readonly children: ComponentChildren
}) => (
  <section class="panel" id={props.id} aria-label={props.title}>
    <header class="panel-head">
      <h2>{props.title}</h2>
      {props.aside}
    </header>
    {props.children}
  </section>
)
