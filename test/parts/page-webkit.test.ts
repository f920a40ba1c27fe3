/** The main points of the page in a real WebKit. */
import { pagePoints } from './page-points.ts'
import { noWebkit, openWebkit } from './webkit.ts'

pagePoints('WebKit', noWebkit, openWebkit)
