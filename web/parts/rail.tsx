import type { Rail } from '#rail/rail.ts'
import { railLineTree, railTree } from '#rail/tree.ts'
import { drawnView } from './drawn.tsx'

/** The layers of the call in the order in which AWS asks, what refuses lit, and what the call needs then at the end. */
export const RailView = ({ rail }: { readonly rail: Rail }) => drawnView(railTree(rail))

/** The rail on a line, for a card. */
export const RailLine = ({ rail }: { readonly rail: Rail }) => drawnView(railLineTree(rail))
