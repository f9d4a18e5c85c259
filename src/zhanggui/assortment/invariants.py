"""What must always hold of the assortment. `doctor` runs these, and so do the tests."""

from zhanggui.kernel.invariants import Invariant

INVARIANTS = [
    Invariant(
        "assortment.products_exist",
        """select 'role' as what, r.product_id from assortment_role r left join catalog_product p on p.id = r.product_id
        where p.id is null
        union all select 'match', m.product_id from assortment_match m
            left join catalog_product p on p.id = m.product_id left join catalog_product o on o.id = m.other_id
            where p.id is null or o.id is null""",
        "Products with a role, and what goes along with what, exist.",
    ),
    Invariant(
        "assortment.roles_have_a_history",
        """select coalesce(r.product_id, c.product_id) as product_id, coalesce(r.role, c.role) as role from assortment_role r
        full join (select distinct on (product_id, role) product_id, role, given from assortment_rolechange
            order by product_id, role, id desc) c on c.product_id = r.product_id and c.role = r.role
        where (r.id is null and c.given) or (r.id is not null and c.given is not true)""",
        "A product has the roles its history says it has.",
    ),
    Invariant(
        "assortment.shares_are_the_whole",
        """select category_id from assortment_plan where jsonb_array_length(bands) > 0
            and (select sum((b ->> 2)::int) from jsonb_array_elements(bands) b) <> 10000""",
        "The planned shares of a shelf's price bands add up to the whole.",
    ),
]
