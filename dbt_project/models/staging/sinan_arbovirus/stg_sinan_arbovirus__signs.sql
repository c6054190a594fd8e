with

notifications as (

    select * from {{ ref('stg_sinan_arbovirus__notifications') }}

),

final as (

    {{ sinan_answers('notifications') }}

)

select * from final
