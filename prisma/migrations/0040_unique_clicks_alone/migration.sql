-- By itself, for nobody reads a click while it goes: that is a moment, and making the one that stands for it was not.
DROP INDEX "Click_linkId_visitor_at_idx";
