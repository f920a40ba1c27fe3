import type { EditForms, OwnEdit } from '#http/wire.ts'
import type { EditorModule } from './editor/mounted.ts'
import { loader } from './load.ts'

/** Files that an edit needs besides the engine. */
export const loadEditor = loader<EditorModule>('/editor.js')

/** Generators that write a fix, and an edit likewise. */
export interface FormsModule {
  readonly editForms: (edit: OwnEdit) => EditForms
}

export const loadForms = loader<FormsModule>('/edit-forms.js')

/** Loads the editor before it is opened: when its button is pointed at or reached, and once there is nothing else to do. */
export const warmEditor = (): void => void loadEditor().catch(() => undefined)

/** Loads the generators before something is edited. */
export const warmForms = (): void => void loadForms().catch(() => undefined)
