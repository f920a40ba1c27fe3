/**
 * The browser as uPlot asks it, once: for the language of its numbers. They are written as the page's own; and a browser
 * started where no language is set says `C`, which is none, so that no chart would be drawn.
 */
export const navigator = { language: 'en' }
