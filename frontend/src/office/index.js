/** What the pages of the back office do beyond HTML. */
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
import "./htmx.js";
import "./shell.js";
import "./list.js";
import "./grid.js";
import "./content.js";
import "./rich.js";
import "./report.js";
