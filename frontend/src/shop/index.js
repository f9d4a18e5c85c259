/** What the pages of the shop do beyond HTML. Every one of them works without it. */
import "../elements/toast.js";
import "../elements/dialog.js";
import "../elements/menu.js";
import "../elements/copy.js";
import "../elements/countdown.js";
import "../elements/stepper.js";
import "../elements/gallery.js";
import "../elements/files.js";
import "../elements/preferences.js";
import "../elements/swap.js";
import "./search.js";
import "./visitor.js";
import "./carousel.js";
import "./visit.js";
import "./seen.js";
import "./buying.js";
import "./save.js";
