//! What few of a project's stages and steps have, found by index without searching.

use policy::NodeIx;

/// Values of some nodes. A project has records of a few of its nodes; a table with room for all would be larger than
/// everything else that is folded.
#[derive(Debug, Clone, PartialEq)]
pub struct ByNode<T> {
    /// For each node the place of its value, from 1; 0 when it has none.
    places: [u8; PLACES],
    values: Vec<(NodeIx, T)>,
}

/// A pack has no more stages and steps than this; its compiler sees to it.
const PLACES: usize = 64;

/// Room for what most projects need, taken at once.
const USUALLY: usize = 16;

impl<T> Default for ByNode<T> {
    fn default() -> ByNode<T> {
        ByNode {
            places: [0; PLACES],
            values: Vec::new(),
        }
    }
}

impl<T> ByNode<T> {
    /// The value of a node.
    pub fn get(&self, node: NodeIx) -> Option<&T> {
        let place = self
            .places
            .get(usize::from(node.0))
            .copied()
            .unwrap_or_default();
        let at = usize::from(place).checked_sub(1)?;
        self.values.get(at).map(|(_, value)| value)
    }

    /// Nodes with their values, in the order in which they first got one.
    pub fn iter(&self) -> impl Iterator<Item = (NodeIx, &T)> {
        self.values.iter().map(|(node, value)| (*node, value))
    }

    /// Takes the value of a node away.
    pub(super) fn clear(&mut self, node: NodeIx) {
        let Some(at) = self.values.iter().position(|(other, _)| *other == node) else {
            return;
        };
        self.values.remove(at);
        self.places = [0; PLACES];
        for (place, (other, _)) in (1..).zip(&self.values) {
            if let Some(slot) = self.places.get_mut(usize::from(other.0)) {
                *slot = place;
            }
        }
    }

    /// Sets the value of a node in place of an earlier one.
    pub(super) fn set(&mut self, node: NodeIx, value: T) {
        let Some(place) = self.places.get_mut(usize::from(node.0)) else {
            return;
        };
        match usize::from(*place)
            .checked_sub(1)
            .and_then(|at| self.values.get_mut(at))
        {
            Some(slot) => slot.1 = value,
            None => {
                if self.values.is_empty() {
                    self.values.reserve(USUALLY);
                }
                self.values.push((node, value));
                // At most one value for each node.
                *place = u8::try_from(self.values.len()).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_node_counts_and_others_have_none() {
        let mut values = ByNode::default();
        values.set(NodeIx(7), 'a');
        values.set(NodeIx(0), 'b');
        values.set(NodeIx(7), 'c');
        assert_eq!(values.get(NodeIx(7)), Some(&'c'));
        assert_eq!(values.get(NodeIx(0)), Some(&'b'));
        assert_eq!(values.get(NodeIx(255)), None);
        assert_eq!(values.iter().count(), 2);
        values.clear(NodeIx(7));
        assert_eq!(values.get(NodeIx(7)), None);
        assert_eq!(values.get(NodeIx(0)), Some(&'b'));
    }
}
