import { useRef, useState } from 'preact/hooks'
import type { Diagnosis } from '#http/wire.ts'
import { Glyph } from './icon.tsx'

/** Where nothing or not all was seen: the policies can be dropped beside the error. */
export function DropMore({
  diagnosis,
  onFiles,
}: {
  readonly diagnosis: Diagnosis
  readonly onFiles: (files: readonly File[]) => void
}) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  if (diagnosis.basis === 'policies' && diagnosis.unseen.length === 0 && !diagnosis.question) return null
  const take = (files: FileList | null | undefined): void => {
    if (files !== null && files !== undefined && files.length > 0) onFiles([...files])
  }
  return (
    <div
      class={`drop${isOver ? ' over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer?.files)
      }}
    >
      <Glyph of="drop" />
      <span class="what">
        <b>Have a policy?</b> Drop the files here: policies as the AWS CLI prints them, a scenario, a Terraform plan, a
        template. Each is recognized by its content, and stays on this machine.
      </span>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=""
        aria-label="Add policies"
        onChange={(event) => {
          take(event.currentTarget.files)
          event.currentTarget.value = ''
        }}
      />
      <button type="button" class="small" onClick={() => input.current?.click()}>
        Choose files
      </button>
    </div>
  )
}
