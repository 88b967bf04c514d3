import { lazy, Suspense } from "react";
import { closeDialog, dialog } from "./dialogs";
import { useStore } from "./store";

const Palette = lazy(() => import("../palette/Palette"));
const KeyMap = lazy(() => import("../keys/KeyMap"));
const ShareDialog = lazy(() => import("../share/ShareDialog"));
const Fill = lazy(() => import("../chat/Fill"));
const SaveSearch = lazy(() => import("../search/SaveSearch"));
const changes = () => import("../actions/dialogs");
const Rename = lazy(async () => ({ default: (await changes()).Rename }));
const Folders = lazy(async () => ({ default: (await changes()).Folders }));
const Tags = lazy(async () => ({ default: (await changes()).Tags }));
const Confirm = lazy(async () => ({ default: (await changes()).Confirm }));

/** Each comes when it is first asked for. */
export function Dialogs() {
  const shown = useStore(dialog);
  if (!shown) return null;
  return (
    <Suspense fallback={null}>
      {shown.name === "palette" && <Palette onClose={closeDialog} />}
      {shown.name === "keys" && <KeyMap onClose={closeDialog} />}
      {shown.name === "rename" && <Rename item={shown.item} onClose={closeDialog} />}
      {shown.name === "folder" && <Folders item={shown.item} onClose={closeDialog} />}
      {shown.name === "tags" && <Tags item={shown.item} onClose={closeDialog} />}
      {shown.name === "share" && <ShareDialog item={shown.item} message={shown.message} onClose={closeDialog} />}
      {shown.name === "fill" && <Fill {...shown} onClose={closeDialog} />}
      {shown.name === "saveSearch" && <SaveSearch of={shown.of} onClose={closeDialog} />}
      {shown.name === "confirm" && <Confirm {...shown} onClose={closeDialog} />}
    </Suspense>
  );
}
