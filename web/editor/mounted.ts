/** Something to be said below a line of the text, and perhaps what to write instead. */
export interface Finding {
  /** The characters it is about. */
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning'
  /** Names stand in backticks. */
  readonly message: string
  readonly instead?: string
}

/** The changes of a text against its original, and in which of them the cursor stands, from 0. */
export interface ChangePlace {
  readonly count: number
  readonly at?: number
}

export interface EditorOptions {
  /** What is edited, for those who hear it. */
  readonly label: string
  readonly text: string
  /** What the text is held against; left out where nothing was there. */
  readonly original?: string
  /** Number of the first line: a policy may stand in the midst of a file. */
  readonly firstLine: number
  readonly onText: (text: string) => void
  readonly onChanges: (place: ChangePlace) => void
}

/** An editor that stands in the page. */
export interface MountedEditor {
  /** Another text, as one step that can be undone; `onText` is not called. Nothing, where it is the same. */
  readonly show: (text: string) => void
  readonly find: (findings: readonly Finding[]) => void
  /** Whether what is no more there is shown between the lines. */
  readonly compare: (on: boolean) => void
  /** Shows the next change, or the one before; the focus stays where it is. */
  readonly walk: (by: 1 | -1) => void
  readonly lock: (on: boolean) => void
  readonly undo: () => void
  /** Takes the focus to the characters that the reader came for, and shows them. */
  readonly goTo: (at: readonly [from: number, to: number]) => void
  readonly destroy: () => void
}

/** Module of the editor, which is loaded when something is edited. */
export interface EditorModule {
  readonly mountEditor: (host: HTMLElement, options: EditorOptions) => MountedEditor
}
